// The query of GET /v2/bookings. Unknown keys are dropped without a word, as Cal.com does.

import { DateTime } from 'luxon';
import { type FieldError, refusedFields } from './answers.ts';

const STATUSES = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'] as const;
export type ListStatus = (typeof STATUSES)[number];

const BOUNDS = [
  'afterStart',
  'beforeEnd',
  'afterCreatedAt',
  'beforeCreatedAt',
  'afterUpdatedAt',
  'beforeUpdatedAt',
] as const;
type Bound = (typeof BOUNDS)[number];

const SORTS = {
  sortStart: 'start',
  sortEnd: 'end',
  sortCreated: 'createdAt',
  sortUpdatedAt: 'updatedAt',
} as const;
export type SortField = (typeof SORTS)[keyof typeof SORTS];

export interface ListQuery {
  /** Empty means all. */
  statuses: ListStatus[];
  attendeeEmail: string | undefined;
  attendeeName: string | undefined;
  bookingUid: string | undefined;
  eventTypeIds: number[] | undefined;
  bounds: Partial<Record<Bound, Date>>;
  sort: { field: SortField; isAscending: boolean } | undefined;
  /** `take` and `skip`, or `limit`. */
  numbers: Record<string, number>;
  cursor: string | undefined;
}

export interface NumberRule {
  key: string;
  min: number;
  max: number;
  standard: number;
}

/** Throws a Refusal that lists every wrong key. */
export function readListQuery(
  query: URLSearchParams,
  rules: { numbers: NumberRule[]; statusesMax: number },
): ListQuery {
  const errors: FieldError[] = [];
  const result: ListQuery = {
    statuses: readStatuses(query, rules.statusesMax, errors),
    attendeeEmail: query.get('attendeeEmail')?.trim().replaceAll(' ', '+'),
    attendeeName: query.get('attendeeName')?.trim(),
    bookingUid: query.get('bookingUid')?.trim(),
    eventTypeIds: readIds(query, errors),
    bounds: readBounds(query, errors),
    sort: readSort(query, errors),
    numbers: Object.fromEntries(rules.numbers.map((rule) => [rule.key, readNumber(query, rule, errors)])),
    cursor: query.get('cursor') ?? undefined,
  };
  if (errors.length > 0) throw refusedFields(errors);
  return result;
}

function readStatuses(query: URLSearchParams, max: number, errors: FieldError[]): ListStatus[] {
  const text = query.get('status');
  if (text === null) return [];
  const statuses = text.split(',').map((status) => status.trim());
  if (statuses.length <= max && statuses.every(isStatus)) return statuses;
  const rule = `Invalid status. Allowed are ${STATUSES.join(', ')}`;
  errors.push({ property: 'status', value: statuses, constraints: { isEnum: rule } });
  return [];
}

function isStatus(text: string): text is ListStatus {
  return (STATUSES as readonly string[]).includes(text);
}

function readIds(query: URLSearchParams, errors: FieldError[]): number[] | undefined {
  const property = query.has('eventTypeIds') ? 'eventTypeIds' : 'eventTypeId';
  const value = query.get(property);
  if (value === null) return undefined;
  const ids = value.split(',').map(Number);
  if (
    value.trim() !== '' &&
    ids.every(Number.isInteger) &&
    (property === 'eventTypeIds' || ids.length === 1)
  ) {
    return ids;
  }
  errors.push({ property, value, constraints: { isInt: `${property} must be an integer number` } });
  return undefined;
}

function readBounds(query: URLSearchParams, errors: FieldError[]): ListQuery['bounds'] {
  const bounds: ListQuery['bounds'] = {};
  for (const key of BOUNDS) {
    const text = query.get(key);
    if (text === null) continue;
    const instant = DateTime.fromISO(text, { zone: 'utc' });
    if (instant.isValid) bounds[key] = instant.toJSDate();
    else {
      const constraints = { isIso8601: `${key} must be a valid ISO 8601 date.` };
      errors.push({ property: key, value: text, constraints });
    }
  }
  return bounds;
}

/** Of several sort keys the first in Cal.com's order wins. */
function readSort(query: URLSearchParams, errors: FieldError[]): ListQuery['sort'] {
  for (const [key, field] of Object.entries(SORTS)) {
    const value = query.get(key);
    if (value === null) continue;
    if (value === 'asc' || value === 'desc') return { field, isAscending: value === 'asc' };
    const rule = `${key[0]?.toUpperCase()}${key.slice(1)} must be either "asc" or "desc".`;
    errors.push({ property: key, value, constraints: { isEnum: rule } });
  }
  return undefined;
}

/** The whole number of this key, or the rule's standard; adds to `errors` when it breaks the rule. */
export function readNumber(query: URLSearchParams, rule: NumberRule, errors: FieldError[]): number {
  const { key, min, max, standard } = rule;
  const text = query.get(key);
  if (text === null) return standard;
  const value = Number(text);
  const constraints: Record<string, string> = {};
  if (!Number.isInteger(value)) constraints.isInt = `${key} must be an integer number`;
  if (!(value <= max)) constraints.max = `${key} must not be greater than ${max}`;
  if (!(value >= min)) constraints.min = `${key} must not be less than ${min}`;
  if (Object.keys(constraints).length > 0) errors.push({ property: key, value, constraints });
  return value;
}
