import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readScenario } from '../../sandbox/scenario.ts';
import { ALERT_CHANNEL } from '../../sandbox/stage.ts';
import { readInstallation } from '../../src/appointments/installation.ts';
import { readMessage } from '../slack/read-message.ts';
import { startWatchedStage } from '../support/nothing-private.ts';

// The whole bot, without anybody running the plan: what the seed's past appointments come to by themselves.

describe('a night and a morning of the whole bot', () => {
  it('closes what is past at 03:15 and tells of it, and sums up at 08:00', async () => {
    const scenario = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));
    const settings = { START_HELD: 'never', LOG_LEVEL: 'fatal' };
    const stage = await startWatchedStage(scenario, { frozen: false, settings });
    const { clock, bot, slack, db } = stage;
    const says = (pattern: RegExp) =>
      slack.messages(ALERT_CHANNEL).some((message) => pattern.test(readMessage(message)));
    async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
      const giveUpAt = performance.now() + 30_000;
      while (!(await isSo())) {
        assert.ok(performance.now() < giveUpAt, `waited in vain until ${what}`);
        clock.advance(500);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    try {
      await until('the bot runs', async () => (await readInstallation(db)).mode === 'running');
      await until('it is ready', async () => (await fetch(`${bot.address}/health/ready`)).ok);
      clock.moveTo(new Date('2025-11-25T03:15:05+01:00'));
      bot.nudge();
      await until('the digest stands in the channel', () =>
        says(/Aufgeräumt: 12 Termine geschlossen\n.*: #661, /),
      );
      const past = await db('appointments').where({ status: 'cancelled' }).orderBy('id').pluck('id');
      assert.deepEqual(past.map(Number), [661, 662, 663, 664, 667, 673, 676, 700, 703, 705, 708, 735]);
      clock.moveTo(new Date('2025-11-25T08:00:05+01:00'));
      bot.nudge();
      await until('the summary stands in the channel', () =>
        says(/Tagesbericht, Dienstag, 25\. November 2025: rot\n.*12 nach Ablauf geschlossen\./),
      );
      assert.deepEqual(slack.refusals, []);
    } finally {
      await stage.stop();
    }
  });
});
