import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DateTime } from 'luxon';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { type AppointmentRow, parseScenario, readScenario, type Scenario } from '../../sandbox/scenario.ts';
import { assertBookable, rowsToBook } from '../support/bookable.ts';
import { eventTypeOf, fateOf, humanOf } from '../support/expected-outcome.ts';
import { makeMix } from '../support/mixes.ts';

const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));

function rowOf(id: number): AppointmentRow {
  const found = seed.appointments.find((appointment) => appointment.id === id);
  assert.ok(found, `appointment ${id}`);
  return found;
}

const CONFLICT = 'User either already has booking at this time or is not available';

/** Asks the look-alike for the row's booking, as the customer's contact is or with a placeholder. */
async function book(calcom: CalcomLookAlike, scenario: Scenario, appointment: AppointmentRow) {
  const customers = scenario.steps.flatMap((step) => (step.do === 'insert' ? step.customers : []));
  const customer = [...scenario.customers, ...customers].find(({ id }) => id === appointment.customer_id);
  assert.ok(customer);
  const answer = await fetch(`${calcom.url}/v2/bookings`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer cal_test',
      'cal-api-version': '2024-08-13',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      start: appointment.starts_at.toISOString(),
      eventTypeId: eventTypeOf(scenario, appointment),
      attendee: {
        name: customer.name,
        email: customer.email ?? `customer_${customer.id}@placeholder.invalid`,
        timeZone: 'Europe/Berlin',
      },
    }),
  });
  const body = (await answer.json()) as { error?: { message: string } };
  return { status: answer.status, message: body.error?.message };
}

describe('the Cal.com look-alike with a scenario', () => {
  async function withCalcom(scenario: Scenario, play: (calcom: CalcomLookAlike) => Promise<void>) {
    const clock = createSandboxClock(scenario.clock);
    clock.freeze();
    const calcom = await startCalcom({ clock, world: scenario.calcom, apiKey: 'cal_test', rateLimit: null });
    try {
      await play(calcom);
    } finally {
      await calcom.stop();
    }
  }

  async function bookAll(calcom: CalcomLookAlike, scenario: Scenario) {
    for (const one of rowsToBook(scenario)) {
      const answer = await book(calcom, scenario, one);
      assert.deepEqual(answer, { status: 201, message: undefined }, `appointment ${one.id}`);
    }
  }

  it('books what the seed calls bookable, and refuses the rest with the reasons of the seed', () =>
    withCalcom(seed, async (calcom) => {
      await bookAll(calcom, seed);
      for (const id of [742, 743, 748, 750, 751, 762]) {
        assert.deepEqual(await book(calcom, seed, rowOf(id)), { status: 400, message: CONFLICT }, `#${id}`);
      }
      const refused = { status: 400, message: 'responses - {email}email_validation_error, ' };
      assert.deepEqual(await book(calcom, seed, rowOf(749)), refused);
    }));

  it('has a qualified colleague free for the host conflicts of the seed', () =>
    withCalcom(seed, async (calcom) => {
      await bookAll(calcom, seed);
      for (const id of [748, 750]) {
        const blocked = rowOf(id);
        const colleagues = seed.eventMap
          .filter(({ service_id }) => service_id === blocked.service_id)
          .map(({ staff_id }) => ({ ...blocked, staff_id }))
          .filter((reassigned) => humanOf(seed, reassigned) !== humanOf(seed, blocked));
        const [reassigned] = colleagues;
        assert.ok(reassigned, `a colleague for #${id}`);
        assert.equal((await book(calcom, seed, reassigned)).status, 201, `#${id} with a colleague`);
      }
    }));

  it('books what the mixes call bookable', async () => {
    for (const mixSeed of [11, 12, 13, 14]) {
      const mix = makeMix(mixSeed);
      await withCalcom(mix, (calcom) => bookAll(calcom, mix));
    }
  });
});

describe('fifty mixes', () => {
  const mixes = Array.from({ length: 50 }, (_, at) => makeMix(at));

  it('depend on their seed alone and are valid scenario files', () => {
    for (const [at, mix] of mixes.entries()) {
      assert.deepEqual(makeMix(at), mix);
      assert.deepEqual(parseScenario(JSON.parse(JSON.stringify(mix))), mix);
    }
    assert.equal(new Set(mixes.map((mix) => JSON.stringify(mix.expect))).size > 40, true);
  });

  it('can be booked where they say so', () => {
    for (const mix of mixes) assertBookable(mix);
  });

  it('account for every failed and every pending row', () => {
    for (const { expect } of mixes) {
      const { before: figures, ended } = expect;
      assert.ok(figures && ended?.closed && ended.open);
      const { closed, open, repaired, adopted } = ended;
      const counts = [...Object.values(closed), ...Object.values(open), repaired, adopted];
      const sum = counts.reduce<number>((total, count) => total + (count ?? 0), 0);
      assert.equal(sum, figures.failed);
      assert.equal(ended.booked, figures.pending);
      assert.ok(Object.values(ended.open).every((count) => count > 0));
      assert.equal(Object.keys(ended.closed).length, 4);
    }
  });

  it('have no instant near a limit of a definition', () => {
    const fiveMinutes = 5 * 60_000;
    const day = 24 * 60 * 60_000;
    for (const { clock, steps, appointments } of mixes) {
      const last = steps.find((step) => step.do === 'clock')?.to;
      const limits = [clock, last ?? clock].flatMap((at) => [
        at.getTime() - day,
        at.getTime(),
        at.getTime() + day,
      ]);
      for (const one of appointments) {
        for (const at of [one.starts_at, one.created_at, one.last_sync_attempt_at]) {
          const isNear = (limit: number) => Math.abs(limit - (at?.getTime() ?? 0)) < fiveMinutes;
          const isAllowed = at === one.created_at && one.last_sync_attempt_at === null;
          assert.ok(isAllowed || !limits.some(isNear), `appointment ${one.id} is near a limit`);
        }
      }
    }
  });

  it('bring every kind of trouble, every health, and days when the clocks change', () => {
    const fates = new Set(mixes.flatMap((mix) => mix.appointments.map((one) => fateOf(mix, one))));
    assert.equal(fates.size, 11);
    for (const moment of ['before', 'after'] as const) {
      const healths = mixes.flatMap(({ expect }) => expect[moment]?.health ?? []);
      assert.deepEqual([...new Set(healths)].toSorted(), ['amber', 'green', 'red'], moment);
    }
    const offsets = mixes.map(({ clock }) =>
      [clock, new Date(clock.getTime() - 24 * 3_600_000)].map(offsetOf),
    );
    assert.ok(offsets.some(([now, dayAgo]) => now !== dayAgo));
  });
});

const offsetOf = (at: Date) => DateTime.fromJSDate(at, { zone: 'Europe/Berlin' }).offset;
