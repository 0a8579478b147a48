import type { types } from '@slack/bolt';
import type { Content } from '../alerts/content.ts';
import type { DialogAsk } from '../alerts/dialog-case.ts';
import { openPlan } from '../alerts/plan-dialog.ts';
import type { PlanForm } from '../alerts/plan-form.ts';
import type { Voice } from '../alerts/voice.ts';
import type { DialogDeps } from './dialog-deps.ts';
import { contentView } from './dialog-view.ts';
import { PLAN_VIEW, planView } from './plan-view.ts';

/** The first view, as things are now. */
export async function readPlanView(deps: DialogDeps, ask: DialogAsk): Promise<types.ModalView> {
  const mayRun = await deps.access.allows({ deed: 'run_plan', actor: ask.actor });
  return planOrContentView(
    await openPlan(ask, { mayRun }),
    { callbackId: PLAN_VIEW, metadata: '' },
    ask.voice,
  );
}

export function planOrContentView(
  shown: PlanForm | Content,
  place: { callbackId: string; metadata: string },
  voice: Voice,
): types.ModalView {
  return 'tone' in shown ? contentView(shown, voice.texts.plan.title, voice) : planView(shown, place);
}
