import type { Log } from '../log.ts';

/** Tells the log of a step what the history does not hold. */
export type Tell = (log: Log, appointmentId: number) => void;

interface Due {
  dueAt: Date | null;
}

const nextTry = ({ dueAt }: Due) => ({ nextTryAt: dueAt?.toISOString() });

export const confirmed: Tell = (log, appointmentId) => log.debug({ appointmentId }, 'appointment.confirmed');

export const replaced: Tell = (log, appointmentId) => log.info({ appointmentId }, 'booking.replaced');

export const freed: Tell = (log, appointmentId) => log.info({ appointmentId }, 'appointment.freed');

export const failed =
  ({ kind, cause, text, ...due }: Due & { kind: string; cause: string | null; text: string | null }): Tell =>
  (log, appointmentId) =>
    log.info({ appointmentId, kind, cause, text, ...nextTry(due) }, 'appointment.failed');

export const rechecked =
  (due: Due): Tell =>
  (log, appointmentId) =>
    log.debug({ appointmentId, ...nextTry(due) }, 'appointment.rechecked');

export const postponed =
  ({ kind, text, dueAt }: { kind: string | null; text: string | null; dueAt: Date }): Tell =>
  (log, appointmentId) =>
    log.info({ appointmentId, kind, text, nextTryAt: dueAt.toISOString() }, 'appointment.postponed');

export const returned =
  (due: Due): Tell =>
  (log, appointmentId) =>
    log.debug({ appointmentId, ...nextTry(due) }, 'claim.returned');
