import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { addMs, HOUR, MINUTE } from '../../src/instant.ts';
import { boundsOf } from '../../src/sync/booking-bounds.ts';
import { findEvidence, type Sight } from '../../src/sync/evidence.ts';
import { freePeriods, meets } from '../../src/sync/free-time.ts';

const timeZone = 'Europe/Berlin';
const local = (text: string) => DateTime.fromISO(text, { zone: timeZone });
const NOW = local('2025-11-24T12:00').toJSDate();

interface Day {
  /** The visit, on a Wednesday unless a date is given. */
  visit?: [from: string, to: string];
  date?: string;
  /** From when to when something is free, on that day and on all others. */
  free?: [from: string, to: string][];
  usually?: [from: string, to: string][];
  gridMinutes?: number;
}

/** The starts that fit into what is free on the visit's day, and on every other day of the weeks around it. */
function offeredBy({ date = '2025-11-26', visit = ['14:00', '15:00'], ...day }: Day): Partial<Sight> {
  const { free = [['08:00', '20:00']], usually = [['08:00', '20:00']], gridMinutes = 15 } = day;
  const [from, to] = visit.map((time) => local(`${date}T${time}`).toJSDate()) as [Date, Date];
  const visitMs = to.getTime() - from.getTime();
  const first = local(date).minus({ weeks: 1 });
  const starts = Array.from({ length: 22 }, (_, days) => first.plus({ days })).flatMap((each) =>
    (each.toISODate() === date ? free : usually).flatMap(([opens, closes]) => {
      const end = local(`${each.toISODate()}T${closes}`);
      const found: Date[] = [];
      for (let start = local(`${each.toISODate()}T${opens}`); +start + visitMs <= +end; ) {
        if (start.toJSDate() > NOW) found.push(start.toJSDate());
        start = start.plus({ minutes: gridMinutes });
      }
      return found;
    }),
  );
  const period = { from: first.toJSDate(), to: first.plus({ days: 22 }).toJSDate() };
  return { visit: { from, to }, offered: { starts, visitMs, period } };
}

const individual = {
  ...{ id: 1, title: 'Cut', lengthInMinutes: 60, minimumBookingNotice: 0 },
  ...{ bookingWindow: null, hosts: [{ userId: 1, name: 'Anna' }], schedulingType: null },
  ...{ bookingFields: [], requiresBookerEmailVerification: false },
};

function told(day: Day, change: Partial<Sight> = {}) {
  const sight = {
    ...{ now: NOW, timeZone, eventType: individual, finer: null, bookings: [], rivals: [] },
    ...{ blockerId: null, hint: null },
    ...offeredBy(day),
    ...change,
  } as Sight;
  return findEvidence(sight).map(({ cause, appointmentId, from, to }) =>
    [cause, ...(appointmentId ? [appointmentId] : []), from?.slice(11, 16), to?.slice(11, 16)].join(' '),
  );
}

const booking = (from: string, to: string, appointmentId: number | null = null, date = '2025-11-26') => ({
  ...{ from: local(`${date}T${from}`).toJSDate(), to: local(`${date}T${to}`).toJSDate() },
  ...{ appointmentId, isOtherCalendar: false, isBooked: true },
});
const around: Day['free'] = [
  ['08:00', '13:00'],
  ['17:00', '20:00'],
];

describe('the evidence of a host conflict', () => {
  it('is the time between what is free before and after', () => {
    assert.deepEqual(told({ free: around }), ['external 13:00 17:00']);
  });

  it('is empty when Cal.com offers the very time that it refused', () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({}, { offered: null, bookings: null, eventType: null }), []);
  });

  it('names a booking with its buffers and the grid around it, and no entry beside it', () => {
    const day: Day = {
      free: [
        ['08:00', '13:30'],
        ['15:30', '20:00'],
      ],
    };
    assert.deepEqual(told(day, { bookings: [booking('14:00', '15:00', 7)] }), [
      'another_appointment 7 14:00 15:00',
    ]);
    const hourly: Day = {
      visit: ['14:30', '15:30'],
      free: [
        ['08:00', '14:00'],
        ['16:00', '20:00'],
      ],
      gridMinutes: 60,
    };
    assert.deepEqual(told(hourly, { bookings: [booking('14:15', '15:10')] }), ['other_booking 14:15 15:10']);
  });

  it('names the booking whose buffer alone is in the way', () => {
    const day: Day = {
      free: [
        ['08:00', '12:30'],
        ['14:30', '20:00'],
      ],
    };
    assert.deepEqual(told(day, { bookings: [booking('13:00', '14:00', 7), booking('09:00', '10:00', 8)] }), [
      'another_appointment 7 13:00 14:00',
    ]);
  });

  it('takes our own booked appointment for the cause although the key may not see its booking', () => {
    assert.deepEqual(told({ free: around }, { rivals: [booking('13:00', '17:00', 9)] }), [
      'another_appointment 9 13:00 17:00',
    ]);
    const unbooked = { ...booking('13:00', '17:00', 9), isBooked: false };
    assert.deepEqual(told({ free: around }, { rivals: [unbooked] }), [
      'external 13:00 17:00',
      'another_appointment 9 13:00 17:00',
    ]);
    assert.deepEqual(told({ free: around }, { rivals: [unbooked], blockerId: 9 }), [
      'another_appointment 9 13:00 17:00',
      'external 13:00 17:00',
    ]);
  });

  it('says only “busy” when it cannot know whose entry it is', () => {
    assert.deepEqual(told({ free: around }, { bookings: null }), ['busy 13:00 17:00']);
    assert.deepEqual(told({ free: around }, { eventType: null }), ['busy 13:00 17:00']);
    const team = { ...individual, hosts: [...individual.hosts, { userId: 2, name: 'Ben' }] };
    assert.deepEqual(told({ free: around }, { eventType: team }), ['busy 13:00 17:00']);
  });

  it('calls it closing time only when other weeks agree', () => {
    const short: Day = { free: [['08:00', '18:00']], visit: ['18:30', '19:30'] };
    assert.deepEqual(told({ ...short, usually: [['08:00', '18:00']] }), ['outside_hours 08:00 18:00']);
    assert.deepEqual(told(short), ['external 18:00 20:00']);
    assert.deepEqual(told({ ...short, usually: [] }), ['busy 18:00 ']);
    // With the window, one other Wednesday is seen only.
    const bookingWindow = { type: 'calendarDays', value: 10, rolling: false };
    assert.deepEqual(told(short, { eventType: { ...individual, bookingWindow } }), ['busy 18:00 ']);
    assert.deepEqual(told({ ...short, free: [['19:00', '20:00']], visit: ['17:30', '18:30'], usually: [] }), [
      'busy  19:00',
    ]);
  });

  it('takes nothing for closing time while something later is free', () => {
    const late: Day = { visit: ['17:30', '18:30'], usually: [['08:00', '18:00']] };
    const free: Day['free'] = [
      ['08:00', '17:00'],
      ['19:00', '20:00'],
    ];
    assert.deepEqual(told({ ...late, free }), ['external 17:00 19:00']);
  });

  it('tells of a visit that begins in time and would end after closing time', () => {
    const late: Day = { visit: ['19:30', '20:30'] };
    assert.deepEqual(told(late), ['outside_hours 08:00 20:00']);
    assert.deepEqual(told({ ...late, free: [['08:00', '19:00']] }), [
      'outside_hours 08:00 20:00',
      'external 19:00 20:00',
    ]);
  });

  it('does not take the past hours of today for an entry', () => {
    const today: Day = { date: '2025-11-24', visit: ['13:00', '14:00'], free: [['15:00', '20:00']] };
    assert.deepEqual(told(today), ['external  15:00']);
  });

  it('tells a day without free time from a weekday that is never worked', () => {
    assert.deepEqual(told({ free: [] }), ['no_slots 00:00 00:00']);
    const tuesdays = offeredBy({});
    const starts = tuesdays.offered?.starts.filter((start) => local(start.toISOString()).weekday === 2) ?? [];
    assert.deepEqual(
      told({}, { ...tuesdays, offered: { ...tuesdays.offered, starts } as Sight['offered'] }),
      ['outside_hours  '],
    );
  });

  it('keeps the edges that a shorter visit shows', () => {
    const day: Day = {
      visit: ['15:00', '17:15'],
      free: [
        ['08:00', '14:30'],
        ['18:00', '20:00'],
      ],
    };
    assert.deepEqual(told(day), ['external 14:30 20:00']);
    const short = offeredBy({ ...day, visit: ['15:00', '15:30'] }).offered ?? null;
    assert.deepEqual(told(day, { finer: short }), ['external 14:30 18:00']);
  });

  it('reads the wall clock on both days when the clocks change', () => {
    for (const date of ['2026-03-29', '2026-10-25']) {
      const now = local(date).minus({ days: 20 }).toJSDate();
      const sunday: Day = { date, free: around };
      assert.deepEqual(told(sunday, { now }), ['external 13:00 17:00'], date);
      assert.deepEqual(
        told({ ...sunday, free: [['08:00', '13:00']] }, { now }),
        ['external 13:00 20:00'],
        date,
      );
    }
  });

  it('believes Cal.com when it says that the calendar cannot be read', () => {
    assert.deepEqual(told({ free: [] }, { hint: 'host_calendar' }), ['host_calendar  ']);
  });

  it('never calls free time an entry, wherever bookings and free times lie', () => {
    const quarter = fc.integer({ min: 32, max: 79 });
    const clockTime = (quarters: number) =>
      `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
    const range = fc
      .tuple(quarter, quarter)
      .map(([one, other]) => [clockTime(Math.min(one, other)), clockTime(Math.max(one, other) + 1)])
      .map(([from, to]) => [from, to] as [string, string]);
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 4 }),
        fc.array(range, { maxLength: 3 }),
        range,
        (free, busy, visit) => {
          const seen = offeredBy({ free, visit });
          const bookings = busy.map(([from, to]) => booking(from, to));
          const sight = {
            ...{
              now: NOW,
              timeZone,
              eventType: individual,
              finer: null,
              rivals: [],
              blockerId: null,
              hint: null,
            },
            ...seen,
            bookings,
          } as unknown as Sight;
          const wide = { from: addMs(sight.visit.from, -24 * HOUR), to: addMs(sight.visit.from, 24 * HOUR) };
          const surelyFree = freePeriods(seen.offered ? [seen.offered] : []);
          for (const { cause, from, to } of findEvidence(sight)) {
            if (cause !== 'external' && cause !== 'busy') continue;
            const found = { from: from ? new Date(from) : wide.from, to: to ? new Date(to) : wide.to };
            assert.ok(found.from < found.to);
            assert.ok(meets(found, sight.visit), 'it is in the way');
            if (from && to) assert.ok(!surelyFree.some((period) => meets(period, found)), 'it is not free');
            if (from && to)
              assert.ok(!bookings.some((taken) => meets(taken, found)), 'no booking explains it');
          }
        },
      ),
    );
  });
});

describe('the bounds of an event type', () => {
  const latest = (bookingWindow: unknown) => {
    const bounds = boundsOf({ ...individual, bookingWindow }, { now: NOW, timeZone });
    return bounds.latest && DateTime.fromJSDate(bounds.latest, { zone: timeZone }).toISODate();
  };

  it('reach to the end of the last day that the window allows', () => {
    assert.equal(latest({ type: 'calendarDays', value: 5, rolling: false }), '2025-11-29');
    // Monday, five working days on.
    assert.equal(latest({ type: 'businessDays', value: 5, rolling: false }), '2025-12-01');
    assert.equal(latest({ type: 'businessDays', value: 7, rolling: false }), '2025-12-03');
    assert.equal(latest({ type: 'range', value: ['2025-11-01', '2025-12-24'] }), '2025-12-24');
  });

  it('are open where nobody can tell', () => {
    for (const odd of [
      null,
      { disabled: true },
      { type: 'calendarDays', value: 5, rolling: true },
      [],
      'x',
    ]) {
      assert.equal(latest(odd), null);
    }
    assert.equal(latest({ type: 'range', value: ['soon', 'later'] }), null);
  });

  it('begin after the notice', () => {
    const { earliest } = boundsOf({ ...individual, minimumBookingNotice: 90 }, { now: NOW, timeZone });
    assert.equal(earliest.getTime() - NOW.getTime(), 90 * MINUTE);
  });
});
