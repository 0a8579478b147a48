import type { BreakerState } from '../sync/breaker.ts';
import type { Fact } from './content.ts';
import type { Engine } from './home-reads.ts';
import type { Voice } from './voice.ts';

/** How the bot itself does, for engineers; nothing here changes by itself. */
export function engineFacts({ breaker, replicas, runs, plan }: Engine, voice: Voice): Fact[] {
  const { engine: texts } = voice.texts.home;
  const runFact = (task: keyof Engine['runs']): Fact => {
    const run = runs[task];
    return { label: texts.runs[task], value: run ? endOf(run.fireAt, run.finishedAt, voice) : texts.never };
  };
  return [
    { label: texts.breaker, value: breakerText(breaker, voice) },
    {
      label: texts.replicas,
      value: replicas.length === 0 ? texts.noReplicas : `${replicas.length} (${replicas.join(', ')})`,
    },
    runFact('cleanup'),
    runFact('summary'),
    plan?.startedAt
      ? {
          label: texts.plan,
          value: endOf(plan.startedAt, plan.finishedAt, voice),
          ...(plan.startedBy !== null && { actor: plan.startedBy }),
        }
      : { label: texts.plan, value: texts.never },
  ];
}

/** What is true for this moment only. */
export function engineMoment(
  { attempts, busyUntil }: Engine,
  { callsPerMinute, now }: { callsPerMinute: number; now: Date },
  voice: Voice,
): string {
  const { engine: texts } = voice.texts.home;
  const limit = callsPerMinute === 0 ? texts.noLimit : String(callsPerMinute);
  const pace = busyUntil === null ? texts.free : texts.busyUntil(voice.shortDate(busyUntil));
  return [texts.asOf(voice.shortDate(now)), texts.pace(attempts, limit), pace].join(' ');
}

function endOf(at: Date, finishedAt: Date | null, voice: Voice): string {
  const { engine: texts } = voice.texts.home;
  return finishedAt === null ? texts.unfinished(voice.shortDate(at)) : texts.finished(voice.shortDate(at));
}

function breakerText({ state, kind, openedAt }: BreakerState, voice: Voice): string {
  const { engine: texts } = voice.texts.home;
  if (state === 'closed' || kind === null || openedAt === null) return texts.states[state];
  return texts.because(texts.states[state], kind, voice.shortDate(openedAt));
}
