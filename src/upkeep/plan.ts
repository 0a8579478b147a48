import { byAge } from '../appointments/appointment.ts';
import { type PlanRow, readFutureRows, readPastRows } from '../appointments/plan-rows.ts';
import { visitKey } from '../appointments/rivals.ts';
import type { Db } from '../database.ts';
import { ownEmail, usablePhone } from '../sync/contact.ts';

/** The groups in the order in which they run. */
export const planGroups = [
  'past',
  'no_staff',
  'duplicates',
  'no_event_type',
  'placeholder',
  'adopt',
  'wake',
] as const;
export type PlanGroupName = (typeof planGroups)[number];

/** A row with the values that the plan was made from. */
export interface PlanItem {
  row: PlanRow;
  /** Ticked unless somebody names groups: nobody can come because of it. */
  isDefault: boolean;
}

export interface PlanGroup {
  name: PlanGroupName;
  items: PlanItem[];
}

/** Everything that the plan would do, each row in one group only; nothing is changed. */
export async function makePlan(db: Db, now: Date): Promise<PlanGroup[]> {
  const past = (await readPastRows(db, now)).filter(
    (row) => !row.isBooked && !row.isComposite && row.foundUid === null,
  );
  const future = await readFutureRows(db, now);
  const younger = youngerTwins(future);
  const groups = Map.groupBy(future, (row) => groupOf(row, younger));
  return planGroups.map((name) => {
    const rows = name === 'past' ? past : (groups.get(name) ?? []);
    return { name, items: rows.map((row) => ({ row, isDefault: isDefault(name, row, younger) })) };
  });
}

function groupOf(row: PlanRow, younger: Map<number, PlanRow>): PlanGroupName | null {
  if (row.isBooked || row.isComposite) return null;
  if (row.appointment.staffId === null) return 'no_staff';
  if (younger.has(row.appointment.id)) return 'duplicates';
  if (!row.hasEventType) return 'no_event_type';
  if (row.state !== 'failed') return null;
  if (row.foundAs === 'adoptable') return 'adopt';
  if (row.foundAs !== null) return null;
  return row.failureKind === 'contact_invalid' && !isReachable(row) ? 'placeholder' : 'wake';
}

function isReachable({ customer }: PlanRow): boolean {
  return ownEmail(customer.email) !== null || usablePhone(customer.phone) !== null;
}

/** No staff, no event type, or a twin with somebody else: a customer may come, so a person has to name them. */
function isDefault(name: PlanGroupName, row: PlanRow, younger: Map<number, PlanRow>): boolean {
  if (name === 'no_staff' || name === 'no_event_type') return false;
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

/** Which groups to run: what is ticked by default, everything, or the groups named. */
export type PlanChoice = 'default' | 'all' | PlanGroupName[];

/** Reads `--only a,b` and `--all`. Throws an Error that names what is unknown and what there is. */
export function readPlanChoice({ only, all }: { only?: string | undefined; all: boolean }): PlanChoice {
  if (all && only !== undefined) throw new Error('give either --only or --all');
  if (only === undefined) return all ? 'all' : 'default';
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !planGroups.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`there is no group ${unknown.join(', ')}; there are ${planGroups.join(', ')}`);
  }
  return planGroups.filter((name) => names.includes(name));
}

/** The groups with the chosen items only; a group that was not named stays, empty. */
export function choose(groups: PlanGroup[], choice: PlanChoice): PlanGroup[] {
  return groups.map(({ name, items }) => {
    if (choice === 'all') return { name, items };
    if (choice === 'default') return { name, items: items.filter((item) => item.isDefault) };
    return { name, items: choice.includes(name) ? items : [] };
  });
}
