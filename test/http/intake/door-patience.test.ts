import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SECOND } from '../../../src/instant.ts';
import { openBreaker } from '../../../src/sync/breaker.ts';
import { databases } from '../../support/databases.ts';
import { ANNA, insertAppointment } from '../../support/salon.ts';
import { type Door, openDoor, TUESDAY_AT_TWO } from './open-door.ts';

const [sqlite] = databases();
assert.ok(sqlite);

describe('the door, when Cal.com does not say in time whether the slot is free', () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({ engine: sqlite, callsPerMinute: 6, timeoutMs: 3 * SECOND });
  });
  afterEach(() => door.close());

  async function inTime<T>(work: Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work;
    assert.ok(performance.now() - startedMs < 2 * SECOND);
    return result;
  }
  async function assertNoted(): Promise<void> {
    const { body } = await inTime(door.ask());
    assert.deepEqual([body.ok, body.startsAt], [true, TUESDAY_AT_TWO]);
    assert.match(body.say, /^Ich habe Ihren Termin vorgemerkt: .* um 14 Uhr\. Falls sich/);
    assert.equal((await door.appointments()).length, 1);
  }

  it('accepts within two seconds when it hangs, by a clock that stands still too', async () => {
    door.clock.freeze();
    door.calcom.faults.add({ path: /slots/, fault: { kind: 'hang' } });
    await assertNoted();
  });

  it('accepts within two seconds when nobody may call', async () => {
    for (let calls = 0; calls < 5; calls++)
      await door.ask({ name: `Customer ${calls}`, phone: null, email: null, time: `${10 + calls}:00` });
    await door.db('appointments').delete();
    await assertNoted();
  });

  it('accepts at once, without a call, while the breaker is open', async () => {
    await openBreaker(door.db, { kind: 'unavailable', now: door.clock.now() });
    await assertNoted();
    assert.equal(door.calcom.calls.length, 0);
  });

  it('accepts when it answers with an error', async () => {
    door.calcom.faults.add({ fault: { kind: 'down' } });
    await assertNoted();
  });

  it('still refuses what our own appointments take', async () => {
    door.calcom.faults.add({ path: /slots/, fault: { kind: 'hang' } });
    await insertAppointment(door.db, { id: 900, startsAt: new Date(TUESDAY_AT_TWO), staffId: ANNA });
    const { body } = await inTime(door.ask());
    assert.deepEqual([body.code, body.alternatives], ['not_free', []]);
  });

  it('gives the times that it did learn when only a colleague’s calendar hangs', async () => {
    door.calcom.faults.add({ path: /slots\?eventTypeId=12/, fault: { kind: 'hang' } });
    await insertAppointment(door.db, { id: 900, startsAt: new Date(TUESDAY_AT_TWO), staffId: ANNA });
    const { body } = await inTime(door.ask());
    assert.deepEqual(new Set(body.alternatives.map(({ staff }) => staff)), new Set(['Anna Albers']));
    assert.equal(body.alternatives.length, 3);
  });
});
