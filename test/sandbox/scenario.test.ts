import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { DateTime } from 'luxon';
import { type AppointmentRow, parseScenario, readScenario, ScenarioError } from '../../sandbox/scenario.ts';
import { assertBookable, newRows, withFate } from '../support/bookable.ts';
import { eventTypeOf, expectedOutcome, type Fate, humanOf } from '../support/expected-outcome.ts';

const SEED_FILE = path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json');
const seed = readScenario(SEED_FILE);

const local = (text: string) => DateTime.fromISO(text, { zone: 'Europe/Berlin' }).toJSDate();
const yesterdayAt17 = local('2025-11-23T17:00');
const yesterdayAt1845 = local('2025-11-23T18:45');
const wednesdayAt1845 = local('2025-11-26T18:45');

function row(id: number): AppointmentRow {
  const found = seed.appointments.find((appointment) => appointment.id === id);
  assert.ok(found, `appointment ${id}`);
  return found;
}

const customerOf = ({ customer_id }: AppointmentRow) => seed.customers.find(({ id }) => id === customer_id);
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);
describe('the seed', () => {
  it('has exactly the 23 failed appointments, each with what is wrong with it', () => {
    const ids = (fate: Fate) => idsOf(withFate(seed, fate));
    assert.deepEqual(ids('past'), [661, 662, 663, 664, 667, 673, 676, 700, 703, 705, 708, 735]);
    assert.deepEqual(ids('no_staff'), [740, 741]);
    assert.deepEqual(ids('duplicate'), [742, 743]);
    assert.deepEqual(ids('no_event_type'), [744]);
    assert.deepEqual(ids('host_conflict'), [748, 750, 751]);
    assert.deepEqual(ids('contact_invalid'), [749]);
    assert.deepEqual(ids('placeholder'), [761]);
    assert.deepEqual(ids('adopt'), [762]);
    const failed = seed.appointments.filter(({ calcom_sync_status }) => calcom_sync_status === 'failed');
    assert.equal(failed.length, 23);
    assert.ok(failed.every(({ calcom_v2_booking_uid }) => calcom_v2_booking_uid === null));
    assert.ok(withFate(seed, 'past').every(({ starts_at }) => starts_at < local('2025-11-24')));
  });

  it('expects the figures that its rows give by definition', () => {
    const before = {
      failed: 23,
      critical: 3,
      manualReview: 23,
      ancient: 6,
      successRate24h: 66.67,
      pending: 25,
    };
    const after = { failed: 4, critical: 0, manualReview: 4, ancient: 0, successRate24h: 100, pending: 2 };
    const closed = { past: 12, no_staff: 2, duplicate: 2, no_event_type: 1 };
    const open = { host_conflict: 3, contact_invalid: 1 };
    const table = {
      before: { ...before, health: 'red' },
      after: { ...after, health: 'green' },
      ended: { closed, repaired: 1, adopted: 1, booked: 25, open },
    };
    assert.deepEqual(seed.expect, table);
    assert.deepEqual(expectedOutcome(seed), table);
    assert.equal(seed.clock.toISOString(), '2025-11-24T16:00:00.000Z');
    assert.deepEqual(
      seed.steps.map((step) => step.do),
      ['figures', 'plan', 'start', 'settle', 'clock', 'insert', 'figures'],
    );
  });

  it('has six that failed long ago, and seventeen that first failed after 18:45 of the day before', () => {
    const failed = seed.appointments.filter(({ calcom_sync_status }) => calcom_sync_status === 'failed');
    const ancient = failed.filter(
      (one) => one.last_sync_attempt_at && one.last_sync_attempt_at < yesterdayAt17,
    );
    assert.deepEqual(idsOf(ancient), [661, 662, 663, 664, 667, 673]);
    const late = failed.filter(
      (one) => one.last_sync_attempt_at && one.last_sync_attempt_at > yesterdayAt1845,
    );
    assert.equal(late.length, 17);
    for (const one of failed) {
      assert.ok(one.created_at && one.last_sync_attempt_at && one.created_at < one.last_sync_attempt_at);
      assert.ok(one.last_sync_attempt_at < seed.clock && one.created_at < one.starts_at);
      assert.equal(one.created_at < yesterdayAt17, one.id !== 761);
    }
    assert.ok((row(761).created_at ?? 0) > yesterdayAt1845);
  });

  it('has exactly #740, #741 and #761 failing within a day, and before 17:00', () => {
    const dayLater = local('2025-11-25T17:00');
    const soon = withFate(seed, 'no_staff', 'duplicate', 'no_event_type', 'placeholder', 'adopt')
      .concat(withFate(seed, 'contact_invalid', 'host_conflict', 'pending'))
      .filter(({ starts_at }) => starts_at < local('2025-11-25T18:45'));
    assert.deepEqual(idsOf(soon).toSorted(), [740, 741, 761]);
    assert.ok(soon.every(({ starts_at }) => starts_at > local('2025-11-25') && starts_at < dayLater));
    const late = [...withFate(seed, 'duplicate', 'no_event_type', 'adopt', 'pending'), ...newRows(seed)];
    assert.ok(late.every(({ starts_at }) => starts_at > wednesdayAt1845));
    assert.equal(late.length, 2 + 1 + 1 + 25 + 2);
  });

  it('has synced ones with their bookings: the elders of the duplicates, and two of the last day', () => {
    const synced = withFate(seed, 'synced');
    assert.ok(synced.length >= 4);
    for (const one of synced) {
      const booking = seed.calcom.bookings.find(({ uid }) => uid === one.calcom_v2_booking_uid);
      assert.equal(one.calcom_sync_status, 'synced');
      assert.equal(booking?.eventTypeId, eventTypeOf(seed, one));
      assert.equal(new Date(booking?.start ?? '').getTime(), one.starts_at.getTime());
      assert.equal(booking?.attendee.email, customerOf(one)?.email);
    }
    assert.equal(synced.filter(({ created_at }) => (created_at ?? 0) > yesterdayAt1845).length, 2);
    for (const younger of withFate(seed, 'duplicate')) {
      const elder = synced.find(({ customer_id }) => customer_id === younger.customer_id);
      assert.ok(elder?.created_at && younger.created_at && elder.created_at < younger.created_at);
      assert.ok(elder.id < younger.id && elder.created_at < yesterdayAt17);
      assert.equal(elder.staff_id, younger.staff_id);
    }
    assert.equal(seed.calcom.bookings.length, synced.length + 1);
  });

  it('has 25 that nobody was told of, and two that come at 18:45', () => {
    const pending = withFate(seed, 'pending');
    assert.equal(pending.length, 25);
    for (const one of pending) {
      assert.ok([null, 'pending'].includes(one.calcom_sync_status));
      assert.deepEqual([one.last_sync_attempt_at, one.sync_error_message], [null, null]);
      assert.ok(one.created_at && one.created_at < yesterdayAt17);
      const { email, phone } = customerOf(one) ?? {};
      assert.ok(email || isValidPhoneNumber(phone ?? ''));
    }
    const created = newRows(seed).map(({ created_at }) => created_at?.toISOString());
    assert.deepEqual(created, ['2025-11-24T17:45:00.000Z', '2025-11-24T17:45:00.000Z']);
  });

  it('tells the stories of #748 to #751', () => {
    const service = (one: AppointmentRow) => seed.services.find(({ id }) => id === one.service_id);
    assert.deepEqual(
      [748, 749].map((id) => service(row(id))?.name),
      ['Dauerwelle', 'Dauerwelle'],
    );
    assert.equal(service(row(748))?.duration_minutes, 135);
    assert.deepEqual(row(748).starts_at, local('2025-11-26T15:00'));
    assert.deepEqual(row(749).starts_at, local('2025-11-27T14:00'));
    const storedText = 'attendee property is wrong,attendee email or phone property is wrong';
    assert.equal(row(749).sync_error_message, storedText);
    assert.match(customerOf(row(749))?.email ?? '', /[^ -~].*@example\.org$/);
    assert.equal(isValidPhoneNumber(customerOf(row(749))?.phone ?? '', 'DE'), false);
    const [one, other] = [row(750), row(751)];
    assert.deepEqual([one.starts_at, other.starts_at], Array(2).fill(local('2025-12-06T14:00')));
    assert.notEqual(one.customer_id, other.customer_id);
    assert.notEqual(one.staff_id, other.staff_id);
    assert.equal(humanOf(seed, one), humanOf(seed, other));
    const blockers = seed.calcom.external.filter(({ start }) => new Date(start) > local('2025-12-01'));
    assert.equal(new Set(blockers.map(({ hostId }) => hostId)).size, 2);
    for (const { start, end } of blockers) {
      assert.deepEqual(
        [new Date(start), new Date(end)],
        ['13:00', '17:00'].map((at) => local(`2025-12-06T${at}`)),
      );
    }
  });

  it('has 34 customers without e-mail behind an anonymous number, one of them with an open appointment', () => {
    const anonymous = seed.customers.filter(
      ({ email, phone }) => !email && /^anonymous_\d+_\w+$/.test(phone ?? ''),
    );
    assert.equal(anonymous.length, 34);
    const ids = idsOf(anonymous);
    const theirs = seed.appointments.filter(({ customer_id }) => ids.includes(customer_id));
    assert.deepEqual(idsOf(theirs), [761]);
    for (const { id, email, phone } of seed.customers) {
      if (email) assert.match(email, /@example\.(com|org)$/);
      const isReal = isValidPhoneNumber(phone ?? '');
      assert.ok(isReal || !phone || /^(anonymous_.*|unbekannt)$/.test(phone), `the phone of customer ${id}`);
    }
    const emails = seed.customers.flatMap(({ email }) => email ?? []);
    assert.equal(new Set(emails).size, emails.length);
  });

  it('has error texts as the former system stored them, cut off at 255', () => {
    const texts = seed.appointments.flatMap(({ sync_error_message }) => sync_error_message ?? []);
    assert.equal(texts.length, 23);
    assert.equal(Math.max(...texts.map((text) => text.length)), 255);
    assert.match(row(762).sync_error_message ?? '', /already has booking at this time or is not available/);
  });

  it('has nothing in the way of what is to be booked', () => assertBookable(seed));
});

describe('a scenario file', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'scenario-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The problems of the seed after `spoil`, which may do anything to its JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the point is to break the shape.
  function problemsOf(spoil: (scenario: any) => void): string[] {
    const scenario = JSON.parse(JSON.stringify(seed));
    spoil(scenario);
    try {
      parseScenario(scenario);
      return [];
    } catch (error) {
      assert.ok(error instanceof ScenarioError);
      for (const problem of error.problems) assert.ok(error.message.includes(problem));
      return error.problems;
    }
  }

  it('is read the same again after it was written', () => {
    const file = path.join(folder, 'again.json');
    writeFileSync(file, JSON.stringify(seed));
    assert.deepEqual(readScenario(file), seed);
  });

  it('gets its defaults: an end after the service, status booked, active staff', () => {
    assert.deepEqual(row(748).ends_at, new Date(row(748).starts_at.getTime() + 135 * 60_000));
    assert.equal(newRows(seed)[0]?.ends_at.toISOString(), '2025-11-28T14:00:00.000Z');
    const scenario = JSON.parse(JSON.stringify(seed));
    const [{ id, customer_id, service_id, staff_id, starts_at }] = scenario.appointments;
    scenario.appointments = [{ id, customer_id, service_id, staff_id, starts_at }];
    const [only] = parseScenario(scenario).appointments;
    assert.deepEqual([only?.status, only?.source, only?.created_at], ['booked', null, null]);
    assert.ok(seed.staff.every(({ is_active }) => is_active));
  });

  it('is refused with every problem at once, each with its path', () => {
    const problems = problemsOf((scenario) => {
      scenario.clock = '2025-11-24 17:00';
      delete scenario.services[0].duration_minutes;
      scenario.customers[1].mail = 'x@example.com';
      scenario.appointments[0].customer_id = 9_999;
      scenario.appointments[1].id = scenario.appointments[0].id;
      scenario.appointments[2].ends_at = scenario.appointments[2].starts_at;
      scenario.appointments[3].staff_id = 'Jana';
      scenario.calcom.eventTypes[0].hostIds = [101, 4_711];
      scenario.calcom.external[0].end = scenario.calcom.external[0].start;
      scenario.steps[1].groups = ['past', 'everything'];
      scenario.steps[2].do = 'begin';
      scenario.expect.before.health = 'blue';
    });
    const paths = problems.map((problem) => problem.slice(0, problem.indexOf(': ')));
    assert.deepEqual(paths.toSorted(), [
      'appointments[0].customer_id',
      'appointments[1].id',
      'appointments[2].ends_at',
      'appointments[3].staff_id',
      'appointments[3].staff_id',
      'calcom.eventTypes[0].hostIds',
      'calcom.external[0].end',
      'clock',
      'customers[1]',
      'expect.before.health',
      'services[0].duration_minutes',
      'steps[1].groups',
      'steps[2].do',
    ]);
    assert.ok(problems.includes('appointments[0].customer_id: customers has no 9999'));
    assert.ok(problems.includes('appointments[1].id: 661 is there twice'));
  });

  it('is refused when a step contradicts the rows or the clock', () => {
    const day = '2025-11-24T18:00:00+01:00';
    const set = { email: 'new@example.com' };
    const problems = problemsOf((scenario) => {
      scenario.steps = [
        { do: 'clock', to: '2025-11-24T19:00:00+01:00' },
        { do: 'clock', to: day },
        { do: 'update', table: 'customers', id: 77, set },
        {
          do: 'insert',
          appointments: [{ id: 661, customer_id: 301, service_id: 99, staff_id: null, starts_at: day }],
        },
        { do: 'insert', customers: [{ id: 77, name: 'Neu', email: null, phone: null, age: 4 }] },
        { do: 'update', table: 'appointments', id: 661, set: {} },
      ];
    });
    assert.deepEqual(problems.toSorted(), [
      'steps[1].to: the clock cannot go backwards',
      'steps[3].appointments[0].id: 661 is there twice',
      'steps[3].appointments[0].service_id: services has no 99',
      'steps[4].customers[0]: Unrecognized key: "age"',
      'steps[5].set: sets nothing',
    ]);
    const step = { do: 'update', table: 'customers', id: 301, set };
    assert.deepEqual(parseScenario({ ...JSON.parse(JSON.stringify(seed)), steps: [step] }).steps, [step]);
  });

  it('is refused when it is no JSON, or no scenario at all', () => {
    const file = path.join(folder, 'broken.json');
    writeFileSync(file, '{ "clock": ');
    assert.throws(() => readScenario(file), /not JSON/);
    assert.throws(() => parseScenario([]), ScenarioError);
    assert.throws(() => readScenario(path.join(folder, 'absent.json')), { code: 'ENOENT' });
  });
});

describe("a scenario's Cal.com", () => {
  const withCalcom = (calcom: object) => ({ ...blank, calcom: { ...blank.calcom, ...calcom } });
  const blank = {
    clock: '2025-11-24T17:00:00+01:00',
    ...{ customers: [], staff: [], services: [], eventMap: [], appointments: [], steps: [] },
    calcom: {
      hosts: [{ id: 1, name: 'Anna', email: 'anna@example.com', deleted: true }],
      eventTypes: [
        {
          ...{ id: 10, title: 'Cut', lengthInMinutes: 60, hostIds: [1], seats: 2, smsField: 'required' },
          fields: [{ slug: 'colour', type: 'select', options: ['red'] }],
          locations: [{ type: 'integration', integration: 'zoom' }],
        },
      ],
      bookings: [],
      external: [],
      attendeeRules: [{ email: 'a@example.com', rule: 'denied' }],
      refusals: [{ name: 'database', method: 'POST', path: '/cancel', times: 1 }],
    },
  };

  it('may have everything that the look-alike refuses for, and names that it knows', () => {
    assert.deepEqual(parseScenario(blank).calcom, blank.calcom);
    const wrong = {
      refusals: [{ name: 'nonsense' }],
      attendeeRules: [{ email: 'a@example.com', rule: 'hated' }],
      eventTypes: [{ ...blank.calcom.eventTypes[0], fixedHostIds: [9] }],
    };
    for (const [key, value] of Object.entries(wrong))
      assert.throws(() => parseScenario(withCalcom({ [key]: value })), new RegExp(`calcom\\.${key}`));
  });
});
