import { readInstallation } from '../appointments/installation.ts';
import { insertPlan, startPlan } from '../appointments/plans.ts';
import { SECOND } from '../instant.ts';
import { makePlan } from '../sync/plan/make-plan.ts';
import { type Content, content } from './content.ts';
import type { DialogAsk } from './dialog-case.ts';
import { createPatientCalls } from './patient-calls.ts';
import { chosenOf, confirmForm, type PlanForm, planForm, readGroups } from './plan-form.ts';

// A person looks at a waiting view meanwhile.
const FILLING_MS_MAX = 10 * SECOND;

/** The plan as it is now; nothing is changed, nothing is kept. A content before the import is complete. */
export async function openPlan(ask: DialogAsk, who: { mayRun: boolean }): Promise<PlanForm | Content> {
  if ((await readInstallation(ask.db)).mode === 'new') return say(ask.voice.texts.status.fresh);
  return planForm(await makePlanFor(ask), who, ask.voice);
}

/** What was chosen, made anew and kept until it is confirmed. */
export async function preparePlan(
  ask: DialogAsk,
  chosen: string[],
): Promise<{ planId: number; form: PlanForm } | Content> {
  const { db, voice, now } = ask;
  const plan = chosenOf(await makePlanFor(ask), readGroups(chosen));
  if (plan.length === 0) return say(voice.texts.plan.gone);
  const items = plan.flatMap(({ name, items }) => items.map((item) => ({ ...item, group: name })));
  return { planId: await insertPlan(db, items, now), form: confirmForm(plan, voice) };
}

/** Starts what was confirmed; whoever runs plans does the rest. */
export async function confirmPlan({ db, actor, voice, now }: DialogAsk, planId: number): Promise<Content> {
  const { started, late } = voice.texts.plan;
  return say((await startPlan(db, planId, { actor, now })) === 'started' ? started : late);
}

async function makePlanFor({ db, calls, clock, now }: DialogAsk) {
  const filled = new AbortController();
  const patient = createPatientCalls(calls, { clock, ms: FILLING_MS_MAX, signal: filled.signal });
  try {
    return await makePlan(db, { calls: patient, now });
  } finally {
    filled.abort();
  }
}

function say(headline: string): Content {
  return content({ tone: 'plain', headline });
}
