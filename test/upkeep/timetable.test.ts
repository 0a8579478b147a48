import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';
import { readCron } from '../../src/upkeep/cron.ts';
import { createTimetable } from '../../src/upkeep/timetable.ts';

const times = (cron: string, [after, until]: [string, string], timeZone = 'Europe/Berlin'): string[] =>
  createTimetable(cron, timeZone)
    .between({ after: new Date(after), until: new Date(until) })
    .map((at) => at.toISOString().slice(0, 16));

describe('a timetable', () => {
  const examples: [
    what: string,
    cron: string,
    period: [string, string],
    expected: string[],
    zone?: string,
  ][] = [
    ['a time of the day', '15 3 * * *', ['2025-11-24T02:00Z', '2025-11-24T03:00Z'], ['2025-11-24T02:15']],
    ['not the end before', '0 8 * * *', ['2025-11-24T07:00Z', '2025-11-25T06:59Z'], []],
    ['its end', '0 8 * * *', ['2025-11-24T06:59Z', '2025-11-24T07:00Z'], ['2025-11-24T07:00']],
    ['summer time', '0 8 * * *', ['2025-07-01T00:00Z', '2025-07-01T12:00Z'], ['2025-07-01T06:00']],
    [
      'what spring skips at the first instant after',
      '30 2 * * *',
      ['2025-03-29T12:00Z', '2025-03-30T12:00Z'],
      ['2025-03-30T01:00'],
    ],
    [
      'several skipped times as one',
      '*/20 2 * * *',
      ['2025-03-30T00:00Z', '2025-03-30T02:00Z'],
      ['2025-03-30T01:00'],
    ],
    [
      'of autumn’s double hour the first',
      '30 2 * * *',
      ['2025-10-25T12:00Z', '2025-10-26T12:00Z'],
      ['2025-10-26T00:30'],
    ],
    [
      'the first of autumn’s double hour after it has begun for the second time',
      '30 2 * * *',
      ['2025-10-26T00:45Z', '2025-10-26T12:00Z'],
      [],
    ],
    [
      'a gap of half an hour',
      '15 2 * * *',
      ['2025-10-04T12:00Z', '2025-10-05T12:00Z'],
      ['2025-10-04T15:30'],
      'Australia/Lord_Howe',
    ],
    [
      'a day that a zone skipped',
      '0 8 * * *',
      ['2011-12-29T10:00Z', '2011-12-31T10:00Z'],
      ['2011-12-29T18:00', '2011-12-30T10:00', '2011-12-30T18:00'],
      'Pacific/Apia',
    ],
    ['nothing when the clock went back', '* * * * *', ['2025-11-24T07:00Z', '2025-11-24T06:00Z'], []],
  ];
  for (const [what, cron, period, expected, zone] of examples) {
    it(`knows ${what}`, () => assert.deepEqual(times(cron, period, zone), expected));
  }

  const days: [cron: string, dates: number[]][] = [
    ['0 8 13 * *', [13]],
    ['0 8 * * 1', [3, 10, 17, 24]],
    ['0 8 * * 7', [2, 9, 16, 23, 30]],
    ['0 8 13 * 1', [3, 10, 13, 17, 24]],
    ['0 8 */10 * 1', []],
    ['0 8 1-7,20-30/5 * *', [1, 2, 3, 4, 5, 6, 7, 20, 25, 30]],
    ['0 8 25/2 11 *', [25, 27, 29]],
    ['0 8 * 12 *', []],
  ];
  for (const [cron, dates] of days) {
    it(`reads the days of ${cron}`, () => {
      const month = times(cron, ['2025-11-01T00:00Z', '2025-11-30T23:59Z'], 'UTC');
      assert.deepEqual(
        month.map((at) => Number(at.slice(8, 10))),
        dates,
      );
    });
  }

  for (const wrong of ['', '* * * *', '* * * * * *', 'x * * * *', '1- * * * *', '*/0 * * * *']) {
    it(`refuses ${JSON.stringify(wrong)}`, () => assert.throws(() => readCron(wrong), RangeError));
  }
});

/**
 * The same, found in another way: a local time counts when the zone's clocks first show it or something later. Walks
 * through every minute of the period.
 */
function walk(cron: string, timeZone: string, [from, to]: [Date, Date]): string[] {
  const matches = readCron(cron);
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const offsetMs = (ms: number) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(ms)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE);
  };
  const fired: string[] = [];
  let shown = from.getTime() + offsetMs(from.getTime());
  let offset = offsetMs(from.getTime());
  for (let ms = from.getTime() + MINUTE; ms <= to.getTime(); ms += MINUTE) {
    // Clocks are changed on the full hour of UTC in the zones tested.
    if (ms % HOUR === 0) offset = offsetMs(ms);
    let isDue = false;
    for (; shown < ms + offset; shown += MINUTE) if (matches(new Date(shown + MINUTE))) isDue = true;
    if (isDue) fired.push(new Date(ms).toISOString());
  }
  return fired;
}

const zones = ['Europe/Berlin', 'America/New_York'];
const field = (least: number, most: number) =>
  fc.oneof(
    fc.integer({ min: least, max: most }).map(String),
    fc
      .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 5, max: 20 }))
      .map((pair) => pair.join('/')),
    fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 2, maxLength: 3 }).map(String),
  );
const crons = fc
  .tuple(
    field(0, 59),
    fc.oneof(field(0, 23), fc.constantFrom('*', '2', '1-3', '0-2')),
    fc.constantFrom('* * *', '* * 0,1'),
  )
  .map((fields) => fields.join(' '));
const gapsMs = fc.array(fc.integer({ min: 1, max: 3 * HOUR }), { minLength: 1, maxLength: 40 });

/** What ticks with these gaps between them find, one after the other. */
function tickThrough(cron: string, timeZone: string, [from, to]: [Date, Date], gaps: number[]): string[] {
  const timetable = createTimetable(cron, timeZone);
  const found: string[] = [];
  let after = from;
  for (let tick = 0; after < to; tick++) {
    const next = addMs(after, gaps[tick % gaps.length] ?? HOUR);
    const until = next < to ? next : to;
    found.push(...timetable.between({ after, until }).map((at) => at.toISOString()));
    after = until;
  }
  return found;
}

describe('every local time of a cron fires exactly once, however the ticks fall,', () => {
  for (const timeZone of zones) {
    it(`over a year in ${timeZone}`, () => {
      const year: [Date, Date] = [new Date('2025-01-01T00:00Z'), new Date('2026-01-01T00:00Z')];
      fc.assert(
        fc.property(crons, gapsMs, (cron, gaps) => {
          const slow = gaps.map((gap) => Math.max(gap, 20 * MINUTE));
          assert.deepEqual(tickThrough(cron, timeZone, year, slow), walk(cron, timeZone, year));
        }),
        { numRuns: 4 },
      );
    });

    it(`at the changes of the clock in ${timeZone}`, () => {
      const changes = ['2025-03-09', '2025-03-30', '2025-10-26', '2025-11-02'].map((day) => new Date(day));
      const both = fc.tuple(fc.oneof(crons, fc.constant('* * * * *')), fc.constantFrom(...changes), gapsMs);
      fc.assert(
        fc.property(both, ([cron, day, gaps]) => {
          const period: [Date, Date] = [addMs(day, -DAY), addMs(day, 2 * DAY)];
          const quick = gaps.map((gap) => Math.max(gap, MINUTE / 2));
          assert.deepEqual(tickThrough(cron, timeZone, period, quick), walk(cron, timeZone, period));
        }),
        { numRuns: 30 },
      );
    });
  }
});
