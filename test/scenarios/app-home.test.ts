import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Stage } from '../../sandbox/stage.ts';
import { drawBlocks } from '../slack/draw-message.ts';
import { databases } from '../support/databases.ts';
import type { FrontDesk } from '../support/front-desk.ts';
import { openSeedDesk, type SeedDesk } from '../support/seed-desk.ts';

// The whole bot on the seed: an App Home that is left open stays true while others act.

const SABINE = 'U0SUPPORT1';
const LOOK_MS = 500;

for (const [index, engine] of databases().entries()) {
  const slackOver = index === 0 ? 'http' : 'socket';
  describe(`an App Home left open (${engine.name}, ${slackOver})`, { skip: engine.skip }, () => {
    let stage: Stage;
    let desk: FrontDesk;
    let opened: SeedDesk;

    before(async () => {
      opened = await openSeedDesk(engine, { slackOver });
      ({ stage, desk } = opened);
    });
    after(async () => {
      await opened.close();
    });

    const home = () => drawBlocks(stage.slack.homeOf(SABINE)?.blocks ?? []);
    const shows = (what: string, pattern: RegExp) => desk.until(what, () => pattern.test(home()), LOOK_MS);
    const publishes = () => stage.slack.calls.filter(({ method }) => method === 'views.publish').length;

    it('shows what needs a person', async () => {
      await stage.slack.openHome(SABINE);
      await shows('the App Home is there', /4 Termine · Seite 1 von 1/);
      for (const id of [748, 749, 750, 751]) assert.match(home(), new RegExp(`^#${id} · `, 'm'));
    });

    it('follows by itself what is done in the channel', async () => {
      const before = publishes();
      await desk.open(SABINE, 748, 'cancel');
      await desk.submit(SABINE, { reason: 'abgesagt' });
      await desk.settle();
      await shows('#748 has left the list', /3 Termine · Seite 1 von 1/);
      assert.doesNotMatch(home(), /^#748 · /m);
      assert.ok(publishes() > before);
      assert.deepEqual(stage.slack.refusals, []);
    });

    it('is left alone while nothing changes', async () => {
      await desk.settle();
      const before = publishes();
      const until = stage.clock.now().getTime() + 60_000;
      await desk.until('a minute is over', () => stage.clock.now().getTime() >= until, LOOK_MS);
      assert.ok(publishes() - before <= 1, `${publishes() - before} times in a minute`);
    });
  });
}
