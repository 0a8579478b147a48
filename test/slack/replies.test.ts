import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { content } from '../../src/alerts/content.ts';
import type { Place, Poster } from '../../src/alerts/poster.ts';
import { addMs, MINUTE } from '../../src/instant.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import { CHANNEL, createTestClock, NOW, watchedLog } from '../alerts/alert-fixtures.ts';
import { readMessage } from './read-message.ts';
import { createTestClient, startWorkspace } from './slack-fixtures.ts';

const line = content({ tone: 'plain', actor: 'U0ANNA', headline: '<!channel> hat *etwas* getan.' });
const mark = { installationId: 'here', alertId: 7 };
const oldest = addMs(NOW, -MINUTE);

describe('a line in the thread of a message', () => {
  let slack: SlackLookAlike;
  let poster: Poster;
  let parent: Place;

  beforeEach(async () => {
    const clock = createTestClock();
    slack = await startWorkspace(clock);
    const client = createTestClient(slack.url);
    const health = createSlackHealth({ client, clock, channel: CHANNEL });
    poster = createPoster({ client, clock, log: watchedLog, health });
    const posted = await poster.post(CHANNEL, content({ tone: 'plain', headline: 'the alert' }), {
      ...mark,
      alertId: 1,
    });
    assert.ok(posted.is === 'shown');
    parent = { channel: CHANNEL, ts: posted.ts };
  });
  afterEach(async () => {
    assert.deepEqual(slack.refusals, []);
    await slack.stop();
  });
  const thread = () => slack.thread(CHANNEL, parent.ts).map((message) => readMessage(message));
  const inChannel = () => slack.messages(CHANNEL).filter(({ deleted }) => !deleted);

  it('names the person, and gives no power to what people wrote', async () => {
    assert.equal((await poster.reply(parent, line, mark)).is, 'shown');
    assert.deepEqual(thread(), ['@U0ANNA <!channel> hat *etwas* getan.']);
    assert.equal(inChannel().length, 1);
  });

  it('whose answer was lost is found in the thread, by its own mark', async () => {
    slack.faults.add({ method: 'chat.postMessage', times: 1, fault: { kind: 'lands_then_reset' } });
    assert.equal((await poster.reply(parent, line, mark)).is, 'unclear');
    assert.equal((await poster.findReply(parent, mark, oldest)).is, 'found');
    assert.equal((await poster.findReply(parent, { ...mark, alertId: 8 }, oldest)).is, 'absent');
    assert.equal((await poster.find(CHANNEL, mark, oldest)).is, 'absent', 'it does not stand in the channel');
  });

  it('leaves nothing behind when the message is gone, and says so', async () => {
    slack.deleteMessage(CHANNEL, parent.ts);
    assert.deepEqual(await poster.reply(parent, line, mark), { is: 'gone' });
    assert.deepEqual(inChannel(), []);
    assert.equal((await poster.findReply(parent, mark, oldest)).is, 'absent');
  });
});
