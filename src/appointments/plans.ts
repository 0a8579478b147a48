import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Db, type Tx, transaction, withRetries } from '../database.ts';
import { addMs, DAY, fromSqlInstantOrNull, HOUR, MINUTE, toSqlInstant } from '../instant.ts';
import { raiseAlert } from './alerts.ts';
import { type Figures, readFigures } from './figures.ts';
import { type Actor, appendHistory } from './history.ts';
import type { PlanGroupName } from './plan-groups.ts';
import type { Seen } from './seen.ts';
import { openUndo } from './undos.ts';

/** How one thing of a plan ended; `moving`: linked, and the booking then follows the appointment. */
export type ItemEnding =
  | 'done'
  | 'moving'
  | 'changed'
  | 'not_there'
  | 'not_mapped'
  | 'cal.com did not answer'
  | 'failed';

/** One thing that a stored plan does. */
export interface StoredItem {
  planId: number;
  position: number;
  group: PlanGroupName;
  appointmentId: number;
  bookingUid: string | null;
  seen: Seen | null;
}

export interface StoredPlan {
  id: number;
  madeAt: Date;
  startedAt: Date | null;
  startedBy: Actor | null;
  finishedAt: Date | null;
  settledAt: Date | null;
  before: Figures | null;
  after: Figures | null;
}

/** The right to run a plan until it expires; every step names the token. */
export interface PlanRun {
  id: number;
  actor: Actor;
  token: string;
}

const BATCH = 500;
/** A plan that was looked at this long ago is made anew. */
const VALID_MS = HOUR;
const LEASE_MS = 5 * MINUTE;

/** Keeps a plan for whoever confirms it; plans that nobody started are forgotten after a day. Returns its number. */
export async function insertPlan(
  db: Db,
  items: Omit<StoredItem, 'planId' | 'position'>[],
  now: Date,
): Promise<number> {
  await forgetUnstarted(db, now);
  const [id] = await db('plans').insert({ made_at: toSqlInstant(now) });
  for (let from = 0; from < items.length; from += BATCH) {
    const rows = items.slice(from, from + BATCH).map((item, index) => ({
      plan_id: id,
      position: from + index,
      group_name: item.group,
      appointment_id: item.appointmentId,
      booking_uid: item.bookingUid,
      seen: JSON.stringify(item.seen),
    }));
    await db('plan_items').insert(rows);
    await nextTurn();
  }
  return Number(id);
}

async function forgetUnstarted(db: Db, now: Date): Promise<void> {
  const old = await db('plans')
    .whereNull('started_at')
    .where('made_at', '<', toSqlInstant(addMs(now, -DAY)))
    .pluck('id');
  for (const id of old) {
    await db('plan_items').where({ plan_id: id }).delete();
    await db('plans').where({ id }).whereNull('started_at').delete();
  }
}

/**
 * Starts a plan, once, and has it shown in the channel. `token`: the caller runs it; else whoever comes next does.
 * `late`: it was started already, is older than an hour, or there is none.
 */
export async function startPlan(
  db: Db,
  id: number,
  { actor, now, token = null }: { actor: Actor; now: Date; token?: string | null },
): Promise<'started' | 'late'> {
  return transaction(db, async (tx) => {
    const started = await tx('plans')
      .where({ id })
      .whereNull('started_at')
      .where('made_at', '>', toSqlInstant(addMs(now, -VALID_MS)))
      .update({
        started_at: toSqlInstant(now),
        started_by: actor,
        token,
        expires_at: token && toSqlInstant(addMs(now, LEASE_MS)),
      });
    if (started === 0) return 'late';
    const after = { plan: id };
    await appendHistory(tx, { appointmentId: null, at: now, actor, action: 'plan_started', after });
    await raiseAlert(tx, { subject: `plan:${id}`, appointmentId: null, now });
    return 'started';
  });
}

/** Takes over the oldest started plan that nobody runs: it is new, or whoever ran it is gone. Null: there is none. */
export async function takePlan(
  db: Db,
  { token, now }: { token: string; now: Date },
): Promise<PlanRun | null> {
  const at = toSqlInstant(now);
  const free = () =>
    db('plans')
      .whereNotNull('started_at')
      .whereNull('finished_at')
      .where((untaken) => untaken.whereNull('expires_at').orWhere('expires_at', '<=', at));
  const plan = await free().orderBy('id').first('id', 'started_by');
  if (!plan) return null;
  const taken = await free()
    .where({ id: plan.id })
    .update({ token, expires_at: toSqlInstant(addMs(now, LEASE_MS)) });
  return taken === 1 ? { id: Number(plan.id), actor: String(plan.started_by), token } : null;
}

/** Keeps the plan for five more minutes; false when another took it over. */
export async function renewPlan(db: Db, run: PlanRun, now: Date): Promise<boolean> {
  const expires = { expires_at: toSqlInstant(addMs(now, LEASE_MS)) };
  return (await withRetries(() => ownPlan(db, run).update(expires))) === 1;
}

/** Leaves the plan to whoever comes next, from `at` on. */
export async function leavePlan(db: Db, run: PlanRun, at: Date): Promise<void> {
  await ownPlan(db, run).update({ expires_at: toSqlInstant(at) });
}

/** Everything is done; from now on it may be taken back. False when another took it over. */
export async function finishPlan(db: Db, run: PlanRun, now: Date): Promise<boolean> {
  return transaction(db, async (tx) => {
    if ((await ownPlan(tx, run).update({ finished_at: toSqlInstant(now) })) === 0) return false;
    await openUndo(tx, `plan:${run.id}`, now);
    await raiseAlert(tx, { subject: `plan:${run.id}`, appointmentId: null, now });
    return true;
  });
}

function ownPlan(db: Db, { id, token }: PlanRun) {
  return db('plans').where({ id, token }).whereNull('finished_at');
}

/** The table before the plan's first step, once. */
export async function recordFiguresBefore(db: Db, id: number, now: Date): Promise<void> {
  const plan = db('plans').where({ id }).whereNull('figures_before');
  if (await plan.clone().first('id'))
    await plan.update({ figures_before: JSON.stringify(await readFigures(db, now)) });
}

/** The table when everything that the plan had tried again was decided, once; has the result shown. */
export async function recordSettled(db: Db, id: number, now: Date): Promise<void> {
  const figures = JSON.stringify(await readFigures(db, now));
  await transaction(db, async (tx) => {
    const settled = await tx('plans')
      .where({ id })
      .whereNull('settled_at')
      .update({ settled_at: toSqlInstant(now), figures_after: figures });
    if (settled === 1) await raiseAlert(tx, { subject: `plan:${id}`, appointmentId: null, now });
  });
}

export async function readPlan(db: Db, id: number): Promise<StoredPlan | null> {
  const row = await db('plans').where({ id }).first();
  if (!row) return null;
  const figures = (text: string | null) => (text === null ? null : (JSON.parse(text) as Figures));
  return {
    id: Number(row.id),
    madeAt: fromSqlInstantOrNull(row.made_at) as Date,
    startedAt: fromSqlInstantOrNull(row.started_at),
    startedBy: row.started_by,
    finishedAt: fromSqlInstantOrNull(row.finished_at),
    settledAt: fromSqlInstantOrNull(row.settled_at),
    before: figures(row.figures_before),
    after: figures(row.figures_after),
  };
}

/** The plan that was started last, or null. */
export async function readLastPlan(db: Db): Promise<StoredPlan | null> {
  const row = await db('plans').whereNotNull('started_at').orderBy('started_at', 'desc').first('id');
  return row ? readPlan(db, Number(row.id)) : null;
}

/** The plans that ran and whose outcome is still open, by number. */
export async function unsettledPlans(db: Db): Promise<number[]> {
  const ids = await db('plans').whereNotNull('finished_at').whereNull('settled_at').orderBy('id').pluck('id');
  return ids.map(Number);
}

export async function readItemsToDo(db: Db, planId: number, limit: number): Promise<StoredItem[]> {
  const rows = await db('plan_items')
    .where({ plan_id: planId })
    .whereNull('ending')
    .orderBy('position')
    .limit(limit);
  return rows.map((row: Record<string, unknown>) => ({
    planId,
    position: Number(row.position),
    group: row.group_name as StoredItem['group'],
    appointmentId: Number(row.appointment_id),
    bookingUid: row.booking_uid as string | null,
    seen: JSON.parse(String(row.seen)),
  }));
}

/** Belongs into the transaction of what it tells; nothing happens when it was noted before. */
export async function recordItemEnded(
  tx: Db | Tx,
  { planId, position }: Pick<StoredItem, 'planId' | 'position'>,
  ending: ItemEnding,
): Promise<void> {
  await tx('plan_items').where({ plan_id: planId, position }).whereNull('ending').update({ ending });
}
