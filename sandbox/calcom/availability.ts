// When a host is free: working hours, bookings of every event type with buffers, and the host's own calendar.

import { DateTime } from 'luxon';
import type { CalcomState, EventType, Host, StoredBooking, WorkingHours } from './world.ts';
import { DEFAULT_TIME_ZONE, findEventType } from './world-lookup.ts';

export interface TimeRange {
  start: Date;
  end: Date;
}

const MINUTE_MS = 60_000;
const DEFAULT_WORKING_HOURS: WorkingHours[] = [{ days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00' }];

/** What a host of the event type may ask for in dialect 2026-02-25. */
export interface Overrides {
  allowConflicts?: boolean;
  allowBookingOutOfBounds?: boolean;
  skipBookingLimits?: boolean;
}

/** What is asked for: this event type, somewhere from start to end. */
export interface Wish extends TimeRange {
  eventType: EventType;
  /** The booking that is being moved and therefore does not stand in its own way. */
  movingUid?: string | undefined;
  flags?: Overrides;
  /** Asked for slots only, which Cal.com offers even inside another booking's buffer after its end. */
  asSlot?: boolean;
}

export function isHostFree(state: CalcomState, host: Host, wish: Wish): boolean {
  return createFreeCheck(state, host, wish)(wish);
}

/** Tells of any range between the wish's start and end whether the host is free for it. */
export function createFreeCheck(state: CalcomState, host: Host, wish: Wish): (range: TimeRange) => boolean {
  if (host.calendarBroken) return () => false;
  const working = workingRanges(host, wish);
  const busy = busyRanges(state, host, wish);
  return (range) =>
    working.some(({ start, end }) => start <= range.start && end >= range.end) &&
    !busy.some((taken) => overlaps(taken, range));
}

/** The host's hours from the day before the start to the day after the end; touching ranges are one. */
export function workingRanges(host: Host, { start, end }: TimeRange): TimeRange[] {
  const zone = host.timeZone ?? DEFAULT_TIME_ZONE;
  const lastDay = DateTime.fromJSDate(end, { zone }).startOf('day').plus({ days: 1 });
  const ranges: TimeRange[] = [];
  let day = DateTime.fromJSDate(start, { zone }).startOf('day').minus({ days: 1 });
  for (; day <= lastDay; day = day.plus({ days: 1 })) {
    for (const { days, from, to } of host.workingHours ?? DEFAULT_WORKING_HOURS) {
      if (days.includes(day.weekday)) ranges.push({ start: atTime(day, from), end: atTime(day, to) });
    }
  }
  return joined(ranges);
}

function atTime(day: DateTime, time: string): Date {
  if (time === '24:00') return day.plus({ days: 1 }).toJSDate();
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour ?? 0, minute: minute ?? 0 }).toJSDate();
}

function joined(ranges: TimeRange[]): TimeRange[] {
  const result: TimeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
    const last = result.at(-1);
    if (last && range.start <= last.end)
      last.end = new Date(Math.max(last.end.getTime(), range.end.getTime()));
    else result.push({ ...range });
  }
  return result;
}

/** Both sides' buffers count: the existing booking's own, and the wished event type's towards it. */
function busyRanges(state: CalcomState, host: Host, wish: Wish): TimeRange[] {
  const { bufferBeforeMinutes: before = 0, bufferAfterMinutes: after = 0 } = wish.eventType;
  const booked = state.bookings
    .filter((booking) => booking.uid !== wish.movingUid && takesTimeOf(state, booking, host))
    .map((booking) => {
      const own = findEventType(state, booking.eventTypeId);
      const beforeStart = (own?.bufferBeforeMinutes ?? 0) + after;
      const ownAfter = wish.asSlot ? 0 : (own?.bufferAfterMinutes ?? 0);
      return widened(booking, beforeStart, ownAfter + before);
    });
  const external = state.external
    .filter(({ hostId }) => hostId === host.id)
    .map(({ start, end }) => widened({ start: new Date(start), end: new Date(end) }, after, before));
  return [...booked, ...external];
}

function takesTimeOf(state: CalcomState, booking: StoredBooking, host: Host): boolean {
  if (booking.hostId !== host.id && !booking.coHostIds.includes(host.id)) return false;
  if (booking.status === 'accepted') return true;
  return (
    booking.status === 'pending' && findEventType(state, booking.eventTypeId)?.confirmationBlocksSlot === true
  );
}

function widened({ start, end }: TimeRange, beforeMinutes: number, afterMinutes: number): TimeRange {
  return {
    start: new Date(start.getTime() - beforeMinutes * MINUTE_MS),
    end: new Date(end.getTime() + afterMinutes * MINUTE_MS),
  };
}

function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The first instant that keeps the event type's minimum notice. */
export function earliestStart(eventType: EventType, now: Date): Date {
  return new Date(now.getTime() + (eventType.minimumNoticeMinutes ?? 0) * MINUTE_MS);
}

/** The end of the last day that can be booked, in the booker's zone; undefined without a window. */
export function windowEnd(eventType: EventType, now: Date, zone: string): Date | undefined {
  if (eventType.windowDays === undefined) return undefined;
  return DateTime.fromJSDate(now, { zone }).plus({ days: eventType.windowDays }).endOf('day').toJSDate();
}

/** The limit, if any, that the day (in the first host's zone) has no room under for the wish. */
export function fullLimit(
  state: CalcomState,
  host: Host | undefined,
  wish: Wish,
): 'booking' | 'duration' | undefined {
  const { bookingLimitPerDay, durationLimitPerDay, id } = wish.eventType;
  if (bookingLimitPerDay === undefined && durationLimitPerDay === undefined) return undefined;
  const day = DateTime.fromJSDate(wish.start, { zone: host?.timeZone ?? DEFAULT_TIME_ZONE }).startOf('day');
  const from = day.toJSDate();
  const until = day.plus({ days: 1 }).toJSDate();
  const taken = state.bookings.filter(
    ({ eventTypeId, status, uid, start }) =>
      eventTypeId === id && status === 'accepted' && uid !== wish.movingUid && start >= from && start < until,
  );
  if (taken.length >= (bookingLimitPerDay ?? Number.POSITIVE_INFINITY)) return 'booking';
  const minutes = [...taken, wish].reduce((sum, { start, end }) => sum + (+end - +start) / MINUTE_MS, 0);
  return minutes > (durationLimitPerDay ?? Number.POSITIVE_INFINITY) ? 'duration' : undefined;
}
