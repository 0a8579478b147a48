import { type Db, type Tx, withRetries } from '../database.ts';
import { addMs, DAY, toSqlInstant } from '../instant.ts';
import { APPOINTMENT_COLUMNS, type Appointment, isOpen, toAppointment } from './appointment.ts';
import { statusesOf } from './statuses.ts';

const KEPT_MS = 30 * DAY;
const FORGOTTEN_AT_ONCE = 200;

/**
 * Takes turns at what these names stand for, one after the other: until the transaction ends nobody else gets them.
 * Each is a row that is written, so that two transactions conflict on it in a cluster too, where a lock would not be seen.
 */
export async function takeTurns(tx: Tx, names: string[], now: Date): Promise<void> {
  for (const name of names.toSorted()) {
    await tx('door_turns')
      .insert({ name, turns: 1, taken_at: toSqlInstant(now) })
      .onConflict('name')
      .merge({ turns: tx.raw('door_turns.turns + 1'), taken_at: toSqlInstant(now) });
  }
}

/** Notes what came of a request; belongs into the transaction that took its turn. */
export async function noteAnswer(tx: Tx, name: string, appointmentId: number): Promise<void> {
  await tx('door_turns').where({ name }).update({ appointment_id: appointmentId });
}

/** The appointment that came of this request before, unless it is closed or gone by now. */
export async function readAnswer(db: Db, name: string): Promise<Appointment | null> {
  const row = await db('door_turns as t')
    .join('appointments as a', 'a.id', 't.appointment_id')
    .where('t.name', name)
    .first(APPOINTMENT_COLUMNS.map((column) => `a.${column}`));
  const appointment = row && toAppointment(row, statusesOf(db));
  return appointment && isOpen(appointment) ? appointment : null;
}

/** Forgets what nobody took a turn at for thirty days, a part of it at a time. */
export async function forgetOldTurns(db: Db, now: Date): Promise<void> {
  const old = db('door_turns').where('taken_at', '<', toSqlInstant(addMs(now, -KEPT_MS)));
  const names: string[] = await old.clone().limit(FORGOTTEN_AT_ONCE).pluck('name');
  if (names.length > 0) await withRetries(() => old.clone().whereIn('name', names).delete());
}
