import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { differences, playScenario } from '../../sandbox/play-scenario.ts';
import { readScenario, type Scenario } from '../../sandbox/scenario.ts';
import { databases } from '../support/databases.ts';
import { makeMix } from '../support/mixes.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

// The whole bot on a database that a former system left: the plan, *Start*, and the figures before and after.

async function play(scenario: Scenario, settings: Record<string, string> = {}) {
  const stage = await startWatchedStage(scenario, {
    frozen: true,
    settings: { LOG_LEVEL: 'fatal', ...settings },
  });
  try {
    const played = await playScenario(stage, scenario);
    assert.deepEqual(stage.slack.refusals, [], 'Slack took every message');
    return played;
  } finally {
    await stage.stop();
  }
}

describe('the figures of a database that a former system left', { concurrency: 2 }, () => {
  for (const engine of databases()) {
    it(`are the seed's, before and after the plan (${engine.name})`, { skip: engine.skip }, async () => {
      const scenario = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));
      const database = await engine.open();
      const played = await play(scenario, { DATABASE_URL: database.url });
      await database.drop();
      assert.equal(played.before?.failed, 23);
      assert.deepEqual(differences(played, scenario.expect), []);
    });
  }

  for (let seed = 1; seed <= 20; seed++) {
    it(`are its own for mix ${seed}`, async () => {
      const scenario = makeMix(seed);
      assert.ok(scenario.expect.before && scenario.expect.after && scenario.expect.ended);
      assert.deepEqual(differences(await play(scenario), scenario.expect), []);
    });
  }
});
