import type { types } from '@slack/bolt';
import type { PlanForm, PlanSection } from '../alerts/plan-form.ts';
import { buttonRows } from './content-message.ts';
import { optionOf, titleOf } from './dialog-view.ts';
import { bold, cut, plain, plainText, richText, section } from './rich-text.ts';

export const PLAN_VIEW = 'open_plan';
export const CONFIRM_VIEW = 'confirm_plan';

const INTRO_LENGTH_MAX = 500;
const LINE_LENGTH_MAX = 500;
const LABEL_LENGTH_MAX = 150;
// Slack's limit for check boxes (Block Kit reference); there are as many groups.
const CHECKS_MAX = 10;

/** The plan, or a step of it, as Slack's modal; `metadata` comes back with the submission. */
export function planView(
  form: PlanForm,
  { callbackId, metadata }: { callbackId: string; metadata: string },
): types.ModalView {
  const { title, intro, sections, groups, submit, close } = form;
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: metadata,
    title: titleOf(title),
    ...(submit !== null && { submit: titleOf(submit) }),
    close: titleOf(close),
    blocks: [
      { type: 'section', text: plainText(intro, INTRO_LENGTH_MAX) },
      ...sections.flatMap(sectionBlocks),
      ...(groups === null ? [] : [groupsBlock(groups)]),
    ],
  };
}

function sectionBlocks({ heading, lines, buttons }: PlanSection): types.KnownBlock[] {
  const shown = lines.map((line) => section([plain(`${cut(line, LINE_LENGTH_MAX)}\n`)]));
  // An action id is unique in its block (Block Kit reference), and these buttons share one.
  const rows = buttons.flatMap((button) => buttonRows([button]));
  return [richText([section([bold(heading), plain('\n')]), ...shown]), ...rows];
}

function groupsBlock({ label, choices, initial }: NonNullable<PlanForm['groups']>): types.InputBlock {
  const options = choices.slice(0, CHECKS_MAX).map(optionOf);
  const ticked = options.filter(({ value }) => initial.includes(value ?? ''));
  return {
    type: 'input',
    block_id: 'groups',
    label: plainText(label, LABEL_LENGTH_MAX),
    element: {
      type: 'checkboxes',
      action_id: 'groups',
      options,
      ...(ticked.length > 0 && { initial_options: ticked }),
    },
  };
}

/** The groups that were ticked. */
export function readTicked(view: { state: { values: Record<string, Record<string, object>> } }): string[] {
  const { selected_options: ticked } = { ...view.state.values.groups?.groups } as {
    selected_options?: unknown;
  };
  if (!Array.isArray(ticked)) return [];
  return ticked.map((option: { value?: unknown }) => String(option.value));
}
