import { byAge } from '../../appointments/appointment.ts';
import {
  type PlanGroup,
  type PlanGroupName,
  type PlanItem,
  planGroups,
} from '../../appointments/plan-groups.ts';
import { type PlanRow, readFutureRows, readPastRows } from '../../appointments/plan-rows.ts';
import { visitKey } from '../../appointments/rivals.ts';
import type { Db } from '../../database.ts';
import { type Calls, readQuietly } from '../calls.ts';
import { ownEmail, usablePhone } from '../contact.ts';
import { readOrphans } from './orphans.ts';

/**
 * Everything that the plan would do, each row in one group only; nothing is changed. Without `calls`, and when Cal.com
 * does not answer, the orphans are unknown.
 */
export async function makePlan(
  db: Db,
  { calls, now }: { calls: Calls | null; now: Date },
): Promise<PlanGroup[]> {
  const orphans = calls && (await readQuietly(() => readOrphans(db, calls)));
  const isPast = (row: PlanRow) => !row.isBooked && !row.isComposite && row.foundUid === null;
  const past = await readPastRows(db, now, (row) => (isPast(row) ? toItem(row, true) : null));
  const future = await readFutureRows(db, now);
  const younger = youngerTwins(future);
  const groups = Map.groupBy(future, (row) => groupOf(row, younger));
  return planGroups.map((name) => {
    if (name === 'orphans') return { name, items: orphans ?? [], isUnknown: orphans === null };
    if (name === 'past') return { name, items: past };
    const rows = groups.get(name) ?? [];
    return { name, items: rows.map((row) => toItem(row, isDefault(name, row, younger))) };
  });
}

function toItem({ appointment, foundUid }: PlanRow, isTicked: boolean): PlanItem {
  const { id, status, startsAt, startsAtText, staffId } = appointment;
  const seen = { appointmentId: id, status, startsAtText, staffId };
  return { appointmentId: id, seen, bookingUid: foundUid, startsAt, isDefault: isTicked };
}

function groupOf(row: PlanRow, younger: Map<number, PlanRow>): PlanGroupName | null {
  if (row.isBooked || row.isComposite) return null;
  if (row.state === 'failed' && row.foundAs === 'ambiguous') return 'ambiguous';
  if (row.appointment.staffId === null) return 'no_staff';
  if (younger.has(row.appointment.id)) return 'duplicates';
  if (!row.hasEventType) return 'no_event_type';
  if (row.state !== 'failed') return null;
  if (row.foundAs === 'adoptable') return 'adopt';
  if (row.failureKind === 'contact_invalid' && !isReachable(row)) return 'placeholder';
  return row.hasChanged ? 'changed' : 'wake';
}

function isReachable({ customer }: PlanRow): boolean {
  return ownEmail(customer.email) !== null || usablePhone(customer.phone) !== null;
}

/** What a customer may come because of, or gets a message about, a person has to name. */
function isDefault(name: PlanGroupName, row: PlanRow, younger: Map<number, PlanRow>): boolean {
  if (name === 'no_staff' || name === 'no_event_type' || name === 'ambiguous') return false;
  if (row.failureKind === 'cancelled_there') return false;
  if (name !== 'duplicates') return true;
  return younger.get(row.appointment.id)?.appointment.staffId === row.appointment.staffId;
}

/**
 * For every duplicate that is not kept, the one that is: the booked one, else the older. Two that are booked both
 * stay.
 */
function youngerTwins(rows: PlanRow[]): Map<number, PlanRow> {
  const twins = Map.groupBy(rows, ({ appointment }) => visitKey(appointment));
  const younger = new Map<number, PlanRow>();
  for (const group of twins.values()) {
    const ranked = group.toSorted(
      (one, other) =>
        Number(other.isBooked) - Number(one.isBooked) || byAge(one.appointment, other.appointment),
    );
    const [kept, ...rest] = ranked;
    if (!kept) continue;
    for (const row of rest) if (!row.isBooked) younger.set(row.appointment.id, kept);
  }
  return younger;
}
