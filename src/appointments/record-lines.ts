import type { Log } from '../log.ts';
import type { AttemptEnding } from './attempts.ts';

/** Tells the log of a step what the history does not hold. */
export type Tell = (log: Log, appointmentId: number) => void;

interface Due {
  dueAt: Date | null;
}

interface Ended {
  text: string | null;
  attempt?: AttemptEnding | undefined;
}

/** The refusal itself: to explain it, more was asked since. */
function refusedAs({ attempt }: Pick<Ended, 'attempt'>): { requestId?: string } {
  const { requestId = null } = attempt?.answer ?? {};
  return requestId === null ? {} : { requestId };
}

const nextTry = ({ dueAt }: Due) => ({ nextTryAt: dueAt?.toISOString() });

export const confirmed: Tell = (log, appointmentId) => log.debug({ appointmentId }, 'appointment.confirmed');

export const replaced: Tell = (log, appointmentId) => log.info({ appointmentId }, 'booking.replaced');

export const freed: Tell = (log, appointmentId) => log.info({ appointmentId }, 'appointment.freed');

export const failed =
  ({ kind, cause, text, ...ended }: Ended & Due & { kind: string; cause: string | null }): Tell =>
  (log, appointmentId) =>
    log.info(
      { appointmentId, kind, cause, text, ...nextTry(ended), ...refusedAs(ended) },
      'appointment.failed',
    );

export const rechecked =
  (due: Due): Tell =>
  (log, appointmentId) =>
    log.debug({ appointmentId, ...nextTry(due) }, 'appointment.rechecked');

export const postponed =
  ({ kind, text, dueAt, attempt }: Ended & { kind: string | null; dueAt: Date }): Tell =>
  (log, appointmentId) =>
    log.info(
      { appointmentId, kind, text, nextTryAt: dueAt.toISOString(), ...refusedAs({ attempt }) },
      'appointment.postponed',
    );

export const returned =
  (due: Due): Tell =>
  (log, appointmentId) =>
    log.debug({ appointmentId, ...nextTry(due) }, 'claim.returned');
