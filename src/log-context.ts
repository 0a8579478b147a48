import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being done, for every line that is written meanwhile, however deep below. */
interface Doing {
  /** The appointment that is being worked on. */
  appointmentId?: number | null;
  /** The request that came in. */
  requestId?: string;
  /** The last answer of Cal.com or Slack. */
  answerId?: string | null;
}

const doing = new AsyncLocalStorage<Doing>();

/** Does `work`, and has each line that it logs say so. Of two requests the outer one came in. */
export function logWith<T>(about: Pick<Doing, 'appointmentId' | 'requestId'>, work: () => T): T {
  const outer = doing.getStore();
  const { requestId = about.requestId } = outer ?? {};
  return doing.run({ ...outer, ...about, ...(requestId !== undefined && { requestId }) }, work);
}

/** A call ended, answered under this id or without one: what is logged from here on rests on it. */
export function noteAnswer(answerId: string | null): void {
  const now = doing.getStore();
  if (now !== undefined) now.answerId = answerId;
}

/** What the lines of this moment say beside their own `line`. */
export function contextOf(line: { requestId?: unknown }): Record<string, unknown> {
  const { appointmentId, requestId, answerId } = doing.getStore() ?? {};
  const asked =
    line.requestId === undefined ? { requestId: requestId ?? answerId ?? undefined } : { askedBy: requestId };
  return { appointmentId, ...asked };
}
