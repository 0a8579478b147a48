import { type PlanGroup, type PlanGroupName, planGroups } from '../appointments/plan-groups.ts';
import type { ContentButton } from './content.ts';
import type { Choice } from './dialog.ts';
import { listIds } from './read-words.ts';
import type { Voice } from './voice.ts';

/** One group as people read it: what it is, what would happen, and what can be done about single cases first. */
export interface PlanSection {
  heading: string;
  lines: string[];
  buttons: ContentButton[];
}

/** The plan as a form, or a step of it, in one language. Without `submit` it only informs. */
export interface PlanForm {
  title: string;
  intro: string;
  sections: PlanSection[];
  /** Check boxes, `initial` ticked; null where nothing is to be chosen. */
  groups: { label: string; choices: Choice[]; initial: string[] } | null;
  submit: string | null;
  close: string;
}

const EXAMPLES_MAX = 5;
const ASSIGNABLE_MAX = 5;

/** The plan as it is now. `mayRun`: with check boxes, ticked what the shell runs by default; else it is only to look at. */
export function planForm(plan: PlanGroup[], { mayRun }: { mayRun: boolean }, voice: Voice): PlanForm {
  const { plan: texts, dialogs } = voice.texts;
  const shown = plan.filter((group) => group.items.length > 0 || group.isUnknown);
  const choices = plan.filter((group) => group.items.length > 0);
  const isOffered = mayRun && choices.length > 0;
  const isTicked = ({ items }: PlanGroup) => items.every(({ isDefault }) => isDefault);
  return {
    title: texts.title,
    intro: choices.length === 0 ? texts.empty : mayRun ? texts.intro : texts.introLooking,
    sections: shown.map((group) => sectionOf(group, { mayAssign: mayRun }, voice)),
    groups: isOffered
      ? {
          label: texts.choose,
          choices: choices.map(({ name, items }) => ({
            value: name,
            label: texts.option(texts.groups[name].name, items.length),
          })),
          initial: choices.filter(isTicked).map(({ name }) => name),
        }
      : null,
    submit: isOffered ? texts.next : null,
    close: isOffered ? dialogs.abort : dialogs.close,
  };
}

/** What was chosen, to be confirmed. */
export function confirmForm(plan: PlanGroup[], voice: Voice): PlanForm {
  const { confirm } = voice.texts.plan;
  return {
    title: confirm.title,
    intro: confirm.intro,
    sections: plan.map((group) => sectionOf(group, { mayAssign: false }, voice)),
    groups: null,
    submit: confirm.submit,
    close: confirm.back,
  };
}

function sectionOf(group: PlanGroup, { mayAssign }: { mayAssign: boolean }, voice: Voice): PlanSection {
  const { plan: texts } = voice.texts;
  const { name, items } = group;
  const { name: called, does, mail, undo } = texts.groups[name];
  const heading = texts.heading(called, items.length);
  if (group.isUnknown) return { heading: called, lines: [texts.unknown], buttons: [] };
  return {
    heading,
    lines: [examplesOf(group, voice), `${does} ${mail} ${undo}`],
    buttons: name === 'no_staff' && mayAssign ? items.slice(0, ASSIGNABLE_MAX).map(assignButton(voice)) : [],
  };
}

function examplesOf({ items }: PlanGroup, { texts }: Voice): string {
  const ids = listIds(items.slice(0, EXAMPLES_MAX).map(({ appointmentId }) => appointmentId));
  return items.length > EXAMPLES_MAX ? texts.plan.examples(ids) : texts.plan.all(ids);
}

const assignButton =
  ({ texts }: Voice) =>
  ({ appointmentId }: { appointmentId: number }): ContentButton => ({
    action: 'reassign',
    label: texts.plan.assign(appointmentId),
    value: JSON.stringify({ appointment: appointmentId, revision: 0 }),
  });

/** The groups among what was ticked, in the order in which they run. */
export function readGroups(values: string[]): PlanGroupName[] {
  return planGroups.filter((name) => values.includes(name));
}

/** The chosen groups in which there is still something to do. */
export function chosenOf(plan: PlanGroup[], names: PlanGroupName[]): PlanGroup[] {
  return plan.filter(({ name, items }) => names.includes(name) && items.length > 0);
}
