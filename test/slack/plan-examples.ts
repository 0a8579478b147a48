import { planContent } from '../../src/alerts/plan-content.ts';
import { confirmForm, planForm } from '../../src/alerts/plan-form.ts';
import { undoOffer } from '../../src/alerts/undo-button.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import type { Figures } from '../../src/appointments/figures.ts';
import { type PlanGroup, type PlanGroupName, planGroups } from '../../src/appointments/plan-groups.ts';
import type { PlanProgress } from '../../src/appointments/plan-results.ts';
import { CONFIRM_VIEW, PLAN_VIEW, planView } from '../../src/slack/plan-view.ts';
import { NOW } from '../alerts/alert-fixtures.ts';

const idsOf: Record<PlanGroupName, number[]> = {
  past: [661, 662, 663, 664, 667, 673, 676],
  no_staff: [740, 741],
  duplicates: [742, 743],
  no_event_type: [744],
  placeholder: [761],
  adopt: [762],
  changed: [765],
  wake: [748, 749, 750, 751],
  ambiguous: [770],
  orphans: [],
};

const plan: PlanGroup[] = planGroups.map((name) => ({
  name,
  items: idsOf[name].map((appointmentId) => ({
    ...{ appointmentId, seen: null, bookingUid: null, startsAt: NOW },
    isDefault: !['no_staff', 'no_event_type', 'ambiguous'].includes(name),
  })),
  ...(name === 'orphans' && { isUnknown: true }),
}));

/** The plan's views: for who may run it, for who may look, and the confirmation. */
export function planViews(voice: Voice) {
  const chosen = plan.filter(({ name }) => name === 'past' || name === 'adopt');
  return [
    planView(planForm(plan, { mayRun: true }, voice), { callbackId: PLAN_VIEW, metadata: '' }),
    planView(planForm(plan.slice(0, 1), { mayRun: false }, voice), { callbackId: PLAN_VIEW, metadata: '' }),
    planView(confirmForm(chosen, voice), { callbackId: CONFIRM_VIEW, metadata: '3' }),
  ];
}

const progress: PlanProgress = {
  ...{ total: 24, ended: 24, closed: 17, repaired: 1, adopted: 1, moved: 0, withdrawn: 0 },
  ...{ waiting: 0, stillOpen: 4, skipped: 1 },
};

/** The plan's message while it runs, while the bot is held, and when all is decided. */
export function planMessages(figures: Figures, voice: Voice) {
  const stored = { id: 3, madeAt: NOW, startedAt: NOW, startedBy: 'U0EMIL', before: figures, after: null };
  const running = { ...stored, finishedAt: null, settledAt: null };
  const finished = { ...stored, finishedAt: NOW, settledAt: null };
  const undo = { id: 2, subject: 'plan:3' as const, doneAt: NOW, asked: null, reachesCalcom: false };
  const offer = undoOffer(undo, voice.texts.undo.notices.plan, { voice, now: NOW });
  const now = { ...figures, failed: 4, critical: 0, manualReview: 4, ancient: 0 };
  const skipped = [{ appointmentId: 663, why: 'changed' as const }];
  return [
    planContent(
      { plan: running, progress: { ...progress, ended: 12 }, skipped: [], figures, isHeld: true },
      null,
      voice,
    ),
    planContent(
      {
        plan: finished,
        progress: { ...progress, repaired: 0, stillOpen: 0, waiting: 5 },
        skipped,
        figures: now,
        isHeld: true,
      },
      offer,
      voice,
    ),
    planContent({ plan: finished, progress, skipped, figures: now, isHeld: false }, offer, voice),
  ];
}
