import { addMs, HOUR, MINUTE, SECOND } from '../instant.ts';

const FIRST_RETRY_MS = 30 * SECOND;
const RETRY_MS_MAX = 6 * HOUR;

/** From here on a technical failure is a person's business too: the customer may come before Cal.com does. */
export const NEAR_START_MS = 2 * HOUR;
/** A host conflict is looked at again by free slots. */
export const RECHECK_MS = HOUR;
export const WINDOW_RETRY_MS = 6 * HOUR;

/**
 * When a technical failure is tried again: 30 s doubled with each try up to 6 h, less up to a quarter of jitter, but
 * not past the moment two hours before the start, when a person has to hear of it. `random` gives 0 to 1.
 */
export function retryAt(
  attempts: number,
  startsAt: Date,
  { now, random }: { now: Date; random: () => number },
): Date {
  const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), RETRY_MS_MAX);
  const dueAt = addMs(now, backoffMs * (1 - random() / 4));
  const nearStart = addMs(startsAt, -NEAR_START_MS);
  return nearStart > now && nearStart < dueAt ? nearStart : nearerThanStart(dueAt, startsAt, now);
}

/** Close to the start every try counts: at least half of what is left is used. */
function nearerThanStart(dueAt: Date, startsAt: Date, now: Date): Date {
  const leftMs = startsAt.getTime() - now.getTime();
  if (dueAt < startsAt || leftMs < MINUTE) return dueAt;
  return addMs(now, leftMs / 2);
}
