import type { Log } from '../log.ts';
import type { AlertRow } from './alert-row.ts';
import type { Place } from './poster.ts';

/** Tells the log that the message, or the line in a thread, stands there. */
export function tellPosted(log: Log, row: AlertRow, place: Place): void {
  if (row.note) log.debug(lineOf(row, place), 'reply.posted');
  else log.info({ ...lineOf(row, place), subject: row.subject }, 'alert.posted');
}

/** Tells the log that the message shows what is true now; when the case is over, how it ended. */
export function tellUpdated(log: Log, row: AlertRow): void {
  const line = lineOf(row, { channel: row.channel ?? '', ts: row.ts ?? '' });
  const { subject, resolution } = row;
  if (row.note) log.debug(line, 'reply.updated');
  else if (row.resolvedAt === null) log.info({ ...line, subject }, 'alert.updated');
  else log.info({ ...line, subject, outcome: resolution }, 'alert.resolved');
}

function lineOf({ id: alertId, appointmentId }: AlertRow, { channel, ts }: Place) {
  return { alertId, channel, ts, appointmentId };
}
