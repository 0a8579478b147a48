import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { readStart } from '../../../src/http/intake/read-start.ts';
import { readTime } from '../../../src/http/intake/read-time.ts';
import { DAY } from '../../../src/instant.ts';

const timeZone = 'Europe/Berlin';
/** Monday noon in Berlin. */
const NOON = new Date('2025-11-24T11:00:00Z');
const read = (date: string | null, time: string | null, now = NOON) =>
  readStart({ date, time }, { now, timeZone });

/** The start on the salon's clock, or why there is none. */
function local(date: string | null, time: string | null, now = NOON): string {
  const result = read(date, time, now);
  return result.is === 'start'
    ? DateTime.fromJSDate(result.startsAt, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm')
    : result.is;
}

function assertDays(days: Record<string, string>): void {
  for (const [said, day] of Object.entries(days))
    assert.equal(local(said, '15:00'), day.includes('-') ? `${day} 15:00` : day, said);
}

describe('a day as it is said', () => {
  it('is read in the ways of the calendar', () => {
    assertDays({
      '2025-11-25': '2025-11-25',
      '2025/11/25': '2025-11-25',
      '20251125': '2025-11-25',
      '25.11.2025': '2025-11-25',
      '25.11.25': '2025-11-25',
      '5.1.2026': '2026-01-05',
      '25. 11. 2025': '2025-11-25',
      'am 25.11.': '2025-11-25',
      '25. November 2025': '2025-11-25',
      'den 25. November': '2025-11-25',
      '3. März': '2026-03-03',
      'November 25th, 2025': '2025-11-25',
      'the 25th of November': '2025-11-25',
      'Dienstag, den 25.11.': '2025-11-25',
      'Tuesday, November 25': '2025-11-25',
      '11/25/2025': '2025-11-25',
      '25/11/2025': '2025-11-25',
    });
  });

  it('is the next such day when the year is left out, today included', () => {
    assertDays({
      '24.11.': '2025-11-24',
      '23.11.': '2026-11-23',
      '1.1.': '2026-01-01',
      '24. November': '2025-11-24',
    });
  });

  it('is read in words', () => {
    assertDays({
      heute: '2025-11-24',
      Today: '2025-11-24',
      morgen: '2025-11-25',
      tomorrow: '2025-11-25',
      übermorgen: '2025-11-26',
      uebermorgen: '2025-11-26',
      'the day after tomorrow': '2025-11-26',
      'in 3 Tagen': '2025-11-27',
      'in 2 weeks': '2025-12-08',
      'in einer Woche': '2025-12-01',
      'Morgen früh.': '2025-11-25',
      'Friday afternoon': '2025-11-28',
    });
  });

  it('is the next one after today when a weekday is said', () => {
    assertDays({
      Montag: '2025-12-01',
      'nächsten Montag': '2025-12-01',
      'next Monday': '2025-12-01',
      'am Dienstag': '2025-11-25',
      Sonnabend: '2025-11-29',
      'kommenden Freitag': '2025-11-28',
      'on Friday': '2025-11-28',
      'nächste Woche Dienstag': '2025-12-02',
      'Tuesday next week': '2025-12-02',
      So: '2025-11-30',
    });
  });

  it('is refused when it is over, too far away, or none', () => {
    assertDays({
      '2024-11-25': 'past',
      '24.11.1999': 'past',
      '23.11.2025': 'past',
      '2026-11-25': 'too_far',
      '29.2.': 'too_far',
      '9999-12-31': 'too_far',
      '31.11.2025': 'date_unclear',
      '30.2.': 'date_unclear',
      '2025-13-01': 'date_unclear',
      '02/03/2026': 'date_unclear',
      bald: 'date_unclear',
      '25': 'date_unclear',
      '-1.-1.2025': 'date_unclear',
    });
    assert.equal(local(null, '15:00'), 'missing_date');
    assert.equal(local('morgen', null), 'missing_time');
  });

  it('may bring its time along', () => {
    assert.equal(local('2025-11-25T14:30', null), '2025-11-25 14:30');
    assert.equal(local('2025-11-25T13:30:00Z', null), '2025-11-25 14:30');
    assert.equal(local('2025-11-25T14:30:00.000+01:00', '16:00'), '2025-11-25 16:00');
    assert.equal(local('2025-11-24T23:30:00Z', null), '2025-11-25 00:30');
    assert.equal(local(null, '2025-11-25T14:30'), '2025-11-25 14:30');
    assert.equal(local('morgen um 14 Uhr', null), '2025-11-25 14:00');
    assert.equal(local('25.11.2025 15:00', null), '2025-11-25 15:00');
    assert.equal(local('Friday at 3 pm', null), '2025-11-28 15:00');
  });

  it('comes back from every way to write it', () => {
    const today = DateTime.fromJSDate(NOON, { zone: timeZone });
    const day = fc.nat(364).map((days) => today.plus({ days }));
    const forms = ['yyyy-MM-dd', 'd.M.yyyy', 'dd.MM.yyyy', 'd. MMMM yyyy', 'd.M.', 'd. MMMM'];
    fc.assert(
      fc.property(day, fc.constantFrom(...forms), fc.constantFrom('de', 'en'), (date, form, language) => {
        const said = date.setLocale(language).toFormat(form);
        assert.equal(local(said, '23:59'), `${date.toFormat('yyyy-MM-dd')} 23:59`, said);
      }),
    );
  });
});

describe('a time as it is said', () => {
  const times: Record<string, string[]> = {
    '14:00': [
      '14 Uhr.',
      '14:00',
      '14.00',
      '14 Uhr',
      '14:00 Uhr',
      'um 14 Uhr',
      '14',
      '1400',
      '14h',
      '14:00:00',
      '2 pm',
      '2pm',
      'at 2 p.m.',
    ],
    '14:30': [
      '14:30',
      '14.30',
      '14 Uhr 30',
      '2:30 pm',
      '2:30pm',
      'halb drei',
      'Halb 3',
      'half past two',
      '14h30',
    ],
    '14:15': ['viertel nach zwei', 'quarter past two', '14 Uhr 15'],
    '14:45': ['viertel vor drei', 'dreiviertel drei', 'a quarter to three'],
    '09:00': ['9', '9 Uhr', '09:00', '9 am', '9 Uhr morgens', 'neun Uhr', "9 o'clock"],
    '20:00': ['20 Uhr', '8 pm', '8 Uhr abends', '8 in the evening'],
    '15:00': ['drei Uhr', '3 Uhr', '3 Uhr nachmittags', "three o'clock"],
    '03:00': ['03:00', '3:00', '03 Uhr', '3 am'],
    '12:00': ['12', '12 Uhr', 'noon', 'mittags', '12 pm', 'zwölf Uhr'],
    '12:30': ['halb eins', 'halb 13', '12:30 pm', 'half past twelve'],
    '00:00': ['00:00', '0 Uhr', '12 am'],
  };
  for (const [time, ways] of Object.entries(times))
    it(`is ${time}: ${ways.join(' · ')}`, () => {
      const [hour, minute] = time.split(':').map(Number);
      for (const said of ways) assert.equal(readTime(said), (hour ?? 0) * 60 + (minute ?? 0), said);
    });

  it('is refused when it is none', () => {
    for (const said of [
      '24:00',
      '25 Uhr',
      '14:60',
      '-3',
      '14 am',
      '13:00 am',
      'abends',
      'gleich',
      'constructor',
      '14:5',
      '140',
      '14 Uhr 99',
    ])
      assert.equal(readTime(said), null, said);
    assert.equal(local('morgen', 'gleich'), 'time_unclear');
  });

  it('comes back from every way to write it, at every minute of the day', () => {
    fc.assert(
      fc.property(fc.nat(24 * 60 - 1), (minutes) => {
        const hour = Math.floor(minutes / 60);
        const minute = String(minutes % 60).padStart(2, '0');
        const padded = String(hour).padStart(2, '0');
        const half = hour < 12 ? 'am' : 'pm';
        const ways = [
          `${padded}:${minute}`,
          `${padded}.${minute}`,
          `${padded} Uhr ${minute}`,
          `${hour % 12 || 12}:${minute} ${half}`,
        ];
        for (const said of ways) assert.equal(readTime(said), minutes, said);
      }),
    );
  });
});

describe('a start', () => {
  it('is never in the past nor more than a year away, and stands at the minute that was said', () => {
    const now = fc.date({ min: new Date('2025-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    const clock = fc
      .nat(24 * 60 - 1)
      .map((minutes) => DateTime.utc(2000).plus({ minutes }).toFormat('HH:mm'));
    const day = fc.date({ min: new Date('2024-01-01'), max: new Date('2036-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(now, day, clock, (at, date, time) => {
        const text = date.toISOString().slice(0, 10);
        const result = read(text, time, at);
        const wished = DateTime.fromISO(`${text}T${time}`, { zone: timeZone });
        if (result.is === 'start') {
          assert.ok(result.startsAt > at && result.startsAt.getTime() < at.getTime() + 368 * DAY);
          assert.equal(local(text, time, at), `${text} ${time}`);
        } else if (result.is === 'past') assert.ok(wished.toJSDate() <= at);
        else if (result.is === 'too_far') assert.ok(wished.toMillis() > at.getTime() + 364 * DAY);
        else assert.notEqual(wished.toFormat('HH:mm'), time);
      }),
      { numRuns: 500 },
    );
  });

  it('is read or refused, whatever is said', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.option(fc.string()), (date, time) => {
        const result = read(date, time);
        assert.ok(result.is !== 'start' || result.startsAt > NOON);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused where the clocks skip it', () => {
    assert.equal(local('2026-03-29', '02:30'), 'no_such_time');
    assert.equal(local('2026-03-29', '03:00'), '2026-03-29 03:00');
  });

  it('is the first that is still to come where the clocks show it twice', () => {
    const first = { is: 'start', startsAt: new Date('2026-10-25T00:30:00Z') };
    const second = { is: 'start', startsAt: new Date('2026-10-25T01:30:00Z') };
    assert.deepEqual(read('2026-10-25', '02:30'), first);
    assert.deepEqual(read('heute', '02:30', new Date('2026-10-25T00:45:00Z')), second);
    assert.equal(local('heute', '02:30', new Date('2026-10-25T01:45:00Z')), 'past');
  });

  it('follows the salon’s day, not the day of UTC', () => {
    const afterMidnight = new Date('2025-11-24T23:30:00Z');
    assert.equal(local('heute', '09:00', afterMidnight), '2025-11-25 09:00');
    assert.equal(local('morgen', '09:00', afterMidnight), '2025-11-26 09:00');
  });
});
