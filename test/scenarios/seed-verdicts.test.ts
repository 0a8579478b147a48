import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario } from '../../sandbox/scenario.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import { readSituations, type Situation } from '../../src/appointments/situation.ts';
import { createCalcom } from '../../src/calcom/client.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { type Colleague, offerColleagues, offerSlots } from '../../src/sync/offers.ts';
import { createPace } from '../../src/sync/pace.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

// What stays open in the seed's scenario, and what a person who takes it up is told and offered.

describe('what the seed’s scenario leaves to people', () => {
  let stage: Stage;
  let situations: Map<number, Situation>;
  let colleagues: (id: number) => Promise<Colleague[]>;
  let firstSlot: (id: number, staffId?: string) => Promise<string | undefined>;
  let close: (() => Promise<void>) | undefined;

  before(async () => {
    const scenario = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));
    stage = await startWatchedStage(scenario, { frozen: true, settings: { LOG_LEVEL: 'fatal' } });
    await playScenario(stage, scenario);
    // From here on time passes: a call waits for its turn by this clock.
    stage.clock.resume();
    const { db, clock, config, log } = stage;
    const calcom = createCalcom({
      ...{ url: config.calcomApiUrl, apiKey: config.calcomApiKey },
      ...{ timeoutMs: config.calcomTimeoutMs, log },
    });
    const calls = createCalls({ db, calcom, pace: createPace(db, 0), clock });
    close = () => calcom.close();
    const read = await readSituations(db, [748, 750, 751]);
    situations = new Map(read.map((situation) => [situation.record.appointmentId, situation]));
    const deps = { db, calls, timeZone: config.timeZone };
    const now = clock.now();
    colleagues = (id) => offerColleagues(deps, situationOf(id), { now });
    firstSlot = async (id, staffId) => {
      const offered = await offerSlots(deps, situationOf(id), { ...(staffId && { staffId }), now, limit: 1 });
      return offered[0]?.startsAt.toISOString();
    };
  });
  after(async () => {
    await close?.();
    await stage.stop();
  });

  function situationOf(id: number): Situation {
    const situation = situations.get(id);
    assert.ok(situation);
    return situation;
  }
  const alertOf = (id: number) =>
    stage.slack.messages(ALERT_CHANNEL).find(({ text }) => text?.includes(`#${id}:`))?.text ?? '';
  const free = (all: Colleague[]) => all.filter(({ isFree }) => isFree).map(({ name }) => name);

  it('#748: an entry in the host’s calendar, with its whole time, although the visit is longer than the rest', () => {
    assert.deepEqual(situationOf(748).record.failureEvidence, [
      { cause: 'external', from: '2025-11-26T14:30:00+01:00', to: '2025-11-26T18:00:00+01:00' },
    ]);
    assert.match(alertOf(748), /hat um diese Zeit einen Eintrag im eigenen Kalender \(14:30 bis 18:00\)\./);
  });

  it('#750 and #751: both causes, the entry and the same person’s other appointment', () => {
    const entry = {
      ...{ cause: 'external', from: '2025-12-06T13:00:00+01:00', to: '2025-12-06T17:00:00+01:00' },
    };
    const visit = { from: '2025-12-06T14:00:00+01:00', to: '2025-12-06T16:00:00+01:00' };
    const other = (appointmentId: number) => ({ cause: 'same_person', appointmentId, ...visit });
    assert.deepEqual(situationOf(750).record.failureEvidence, [entry, other(751)]);
    assert.deepEqual(situationOf(751).record.failureEvidence, [other(750), entry]);
    for (const [id, otherId] of [
      [750, 751],
      [751, 750],
    ] as const) {
      assert.match(alertOf(id), new RegExp(`#${otherId} eingeplant \\(derselbe Mensch hat zwei Kalender\\)`));
      assert.match(alertOf(id), /Eintrag im eigenen Kalender \(13:00 bis 17:00\)/);
    }
  });

  it('a qualified colleague is free for each, and nobody is their own colleague', async () => {
    assert.deepEqual(free(await colleagues(748)), ['Jana Hoffmann', 'Tobias Lindner']);
    for (const id of [750, 751]) {
      const offered = await colleagues(id);
      assert.deepEqual(free(offered), ['Jana Hoffmann', 'Lea Brandt', 'Sabine Krüger']);
      assert.ok(!offered.some(({ name }) => name === 'Nadine Vogel'));
    }
  });

  it('a time near the wished one is free with the same person, the wished one with a colleague', async () => {
    // 15:00 in Berlin was wished, and the whole afternoon is taken.
    assert.equal(await firstSlot(748), '2025-11-27T14:00:00.000Z');
    const [first] = await colleagues(748);
    assert.equal(await firstSlot(748, first?.staffId), '2025-11-26T14:00:00.000Z');
    assert.equal(await firstSlot(750), '2025-12-06T16:00:00.000Z');
  });
});
