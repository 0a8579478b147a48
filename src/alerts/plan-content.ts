import type { Figures } from '../appointments/figures.ts';
import type { PlanProgress, readSkipped } from '../appointments/plan-results.ts';
import type { StoredPlan } from '../appointments/plans.ts';
import { type Content, content } from './content.ts';
import { figureFacts } from './figure-facts.ts';
import { listIds } from './read-words.ts';
import type { UndoOffer } from './undo-button.ts';
import type { Voice } from './voice.ts';

/** What a plan is read with: how far it is, what it left alone, and the table as it is now. */
export interface PlanStanding {
  plan: StoredPlan;
  progress: PlanProgress;
  skipped: Awaited<ReturnType<typeof readSkipped>>;
  figures: Figures;
  isHeld: boolean;
}

/** A plan that somebody started: how far it is, then what came of it with the table before and after. */
export function planContent(standing: PlanStanding, offer: UndoOffer | null, voice: Voice): Content {
  const { plan, progress, figures } = standing;
  const { message: texts } = voice.texts.plan;
  const by = { label: texts.by, value: '', actor: plan.startedBy ?? '' };
  if (plan.finishedAt === null) {
    const headline = progress.ended === 0 ? texts.waiting : texts.running(progress.ended, progress.total);
    return content({ tone: 'notice', headline, facts: [by] });
  }
  const beside = plan.before ? [{ figures: plan.before, day: texts.before }] : [];
  return content({
    tone: 'notice',
    headline: texts.finished(progress.total - progress.skipped),
    paragraphs: paragraphsOf(standing, voice),
    items: leftItems(standing, voice),
    facts: [by, ...figureFacts(plan.after ?? figures, voice, beside)],
    notes: offer ? [voice.texts.undo.until(voice.date(offer.until))] : [],
    buttons: offer ? [offer.button] : [],
  });
}

const COUNTED = ['repaired', 'adopted', 'moved', 'closed', 'withdrawn', 'stillOpen', 'skipped'] as const;

function paragraphsOf({ progress, isHeld }: PlanStanding, voice: Voice): string[] {
  const { message: texts } = voice.texts.plan;
  const parts = COUNTED.filter((kind) => progress[kind] > 0).map((kind) => texts[kind](progress[kind]));
  const { waiting } = progress;
  return [
    ...(parts.length > 0 ? [texts.counts(parts.join(', '))] : []),
    ...(waiting > 0 ? [isHeld ? texts.untilStart(waiting) : texts.untilDecided(waiting)] : []),
  ];
}

/** By reason, so that many stay readable. */
function leftItems({ skipped }: PlanStanding, voice: Voice): string[] {
  const { message: texts } = voice.texts.plan;
  const byReason = Map.groupBy(skipped, ({ why }) => why);
  return [...byReason].map(([why, some]) => {
    const ids = some.map(({ appointmentId }) => appointmentId);
    return texts.left(texts.why[why], ids.length, listIds(ids));
  });
}
