import { DateTime, IANAZone } from 'luxon';
import { type Answer, type FieldError, refused, refusedFields, success } from './answers.ts';
import {
  createFreeCheck,
  earliestStart,
  fullLimit,
  type TimeRange,
  type Wish,
  windowEnd,
  workingRanges,
} from './availability.ts';
import type { Backend, Call } from './call.ts';
import { endOf } from './ledger.ts';
import type { EventType } from './world.ts';
import { findEventType, hostsOf } from './world-lookup.ts';

const MINUTE_MS = 60_000;

/** GET /v2/slots (2024-09-04): free starts by day, days and offsets in `timeZone` (default UTC). */
export function listSlots({ state, clock }: Backend, { query }: Call): Answer {
  requireRange(query);
  const eventType = findEventType(state, Number(query.get('eventTypeId')));
  if (!eventType) throw refused(404, 'Event Type not found');
  const zone = query.get('timeZone') ?? 'UTC';
  const days: Record<string, object[]> = {};
  const range = askedRange(query);
  for (const start of freeStarts({ state, clock }, eventType, { ...range, zone, query })) {
    const local = DateTime.fromJSDate(start, { zone });
    const end = DateTime.fromJSDate(endOf(eventType, start), { zone });
    const slot =
      query.get('format') === 'range' ? { start: local.toISO(), end: end.toISO() } : { start: local.toISO() };
    const day = local.toISODate() ?? '';
    days[day] = [...(days[day] ?? []), slot];
  }
  return success(200, days);
}

function requireRange(query: URLSearchParams): void {
  const wrong: FieldError[] = ['start', 'end']
    .filter((property) => !DateTime.fromISO(query.get(property) ?? '').isValid)
    .map((property) => ({
      property,
      value: query.get(property) ?? undefined,
      constraints: { isDateString: `${property} must be a valid ISO 8601 date string` },
    }));
  const zone = query.get('timeZone');
  if (zone !== null && !IANAZone.isValidZone(zone)) {
    const constraints = { isTimeZone: 'timeZone must be a valid IANA time-zone' };
    wrong.push({ property: 'timeZone', value: zone, constraints });
  }
  if (wrong.length > 0) throw refusedFields(wrong);
}

/** An end at midnight exactly means the whole of that day. */
function askedRange(query: URLSearchParams): TimeRange {
  const start = DateTime.fromISO(query.get('start') ?? '', { zone: 'utc' });
  let end = DateTime.fromISO(query.get('end') ?? '', { zone: 'utc' });
  if (end.hour === 0 && end.minute === 0 && end.second === 0)
    end = end.set({ hour: 23, minute: 59, second: 59 });
  if (start >= end) {
    throw refused(400, "Invalid time range given - check the 'start' and 'end' query parameters.");
  }
  return { start: start.toJSDate(), end: end.toJSDate() };
}

type Search = TimeRange & { zone: string; query: URLSearchParams };

function freeStarts(
  { state, clock }: Pick<Backend, 'state' | 'clock'>,
  eventType: EventType,
  search: Search,
): Date[] {
  const now = clock.now();
  const hosts = hostsOf(state, eventType);
  const last = windowEnd(eventType, now, search.zone);
  const earliest = earliestStart(eventType, now);
  const movingUid = search.query.get('bookingUidToReschedule') ?? undefined;
  const checks = hosts.map((host) =>
    createFreeCheck(state, host, { ...search, eventType, movingUid, asSlot: true }),
  );

  function isFree(start: Date): boolean {
    if (start < search.start || start > search.end || start < earliest || (last && start > last))
      return false;
    const wish: Wish = { eventType, start, end: endOf(eventType, start), movingUid };
    if (fullLimit(state, hosts[0], wish)) return false;
    return eventType.schedulingType === 'collective'
      ? checks.every((isHostFree) => isHostFree(wish))
      : checks.some((isHostFree) => isHostFree(wish));
  }

  const candidates = new Set<number>();
  for (const host of hosts) {
    for (const working of workingRanges(host, search)) addGrid(candidates, working, eventType);
  }
  return [...candidates]
    .toSorted((a, b) => a - b)
    .map((instant) => new Date(instant))
    .filter(isFree);
}

function addGrid(candidates: Set<number>, working: TimeRange, eventType: EventType): void {
  const stepMs = (eventType.slotIntervalMinutes ?? 15) * MINUTE_MS;
  const last = working.end.getTime() - eventType.lengthInMinutes * MINUTE_MS;
  for (let start = working.start.getTime(); start <= last; start += stepMs) candidates.add(start);
}
