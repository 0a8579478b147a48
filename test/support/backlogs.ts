import type { Db } from '../../src/database.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';

// Two backlogs that an outage leaves behind, for a database that `fillLongPast` has filled.

const BATCH = 500;

/** So many more appointments to come, about which something is to do. */
export async function addDue(db: Db, { count, now }: { count: number; now: Date }): Promise<void> {
  const staff = await db('staff').first('id');
  const last = await db('appointments').max({ id: 'id' }).first();
  const firstId = Number(last?.id) + 1;
  for (let from = 0; from < count; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => firstId + from + index);
    const startOf = (id: number) => addMs(now, 30 * DAY + (id - firstId) * MINUTE);
    await db('appointments').insert(
      ids.map((id) => ({
        ...{ id, customer_id: 1, service_id: 1, staff_id: staff.id, status: 'booked' },
        ...{ starts_at: toSqlInstant(startOf(id)), ends_at: toSqlInstant(addMs(startOf(id), HOUR / 2)) },
        created_at: toSqlInstant(now),
      })),
    );
    await db('appointment_syncs').insert(
      ids.map((id) => ({
        ...{ appointment_id: id, state: 'pending', created_at: toSqlInstant(now) },
        ...{ due_at: toSqlInstant(addMs(now, -MINUTE)), pending_since: toSqlInstant(addMs(now, -MINUTE)) },
        starts_at: toSqlInstant(startOf(id)),
      })),
    );
  }
}

const UNCLEANED = 'uncleaned-';

/** As if no cleanup had come to the latest of the past: their records still say that they are booked. */
export async function forgoCleanup(db: Db, count: number): Promise<void> {
  const done = db('appointment_syncs').where({ state: 'closed', closed_reason: 'done' });
  const latest = done.clone().orderBy('appointment_id', 'desc').limit(1);
  const [first] = await latest.offset(count - 1).pluck('appointment_id');
  await done.where('appointment_id', '>=', first).update({
    state: 'synced',
    closed_reason: null,
    booking_uid: db.raw('CONCAT(?, appointment_id)', [UNCLEANED]),
    pushed_start: db.raw('starts_at'),
  });
}

export async function countUncleaned(db: Db): Promise<number> {
  const left = db('appointment_syncs')
    .where({ state: 'synced' })
    .where('booking_uid', 'like', `${UNCLEANED}%`);
  return Number((await left.count({ left: '*' }).first())?.left);
}
