import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { App } from '@slack/bolt';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { systemClock } from '../../src/clock.ts';
import { MINUTE } from '../../src/instant.ts';
import { createHttpReceiver, type HttpReceiver } from '../../src/slack/http-receiver.ts';
import { oncePerEvent } from '../../src/slack/once-per-event.ts';
import { slackLog } from '../../src/slack/slack-log.ts';
import { NOW } from '../alerts/alert-fixtures.ts';
import { SIGNING_SECRET, signed } from './both-modes.ts';
import { createRecordedLog, type RecordedLog } from './slack-fixtures.ts';

describe('what listeners make of a request', () => {
  let clock: SandboxClock;
  let recorded: RecordedLog;
  let receiver: HttpReceiver;
  let seen: string[];

  beforeEach(() => {
    clock = createSandboxClock(NOW);
    recorded = createRecordedLog();
    seen = [];
    const { log } = recorded;
    receiver = createHttpReceiver({ signingSecret: SIGNING_SECRET, now: systemClock.now, log });
    const app = new App({
      receiver,
      authorize: async () => ({ botToken: 'xoxb-test' }),
      convoStore: false,
      logger: slackLog(log),
    });
    app.use(oncePerEvent(clock));
    app.error(async (error) => log.error({ err: error }, 'listener.failed'));
    app.event('app_home_opened', async ({ body }) => void seen.push(body.event_id));
    app.command('/text', ({ ack }) => ack('understood'));
    app.command('/twice', async ({ ack }) => {
      await ack();
      await ack('again');
    });
    app.command('/silent', async () => {});
    app.command('/never', () => new Promise(() => {}));
    app.command('/broken', async () => {
      throw new Error('broken before the acknowledgement');
    });
    app.command('/broken-later', async ({ ack }) => {
      await ack();
      throw new Error('broken after it');
    });
    app.view('form', ({ ack }) => ack({ response_action: 'errors', errors: { reason: 'missing' } }));
  });

  const receive = (contentType: string, body: string, headers: Record<string, string> = {}) =>
    receiver.receive({
      headers: { 'content-type': contentType, ...signed(body), ...headers },
      body: Buffer.from(body),
    });
  const command = (name: string) =>
    receive(
      'application/x-www-form-urlencoded; charset=utf-8',
      new URLSearchParams({
        command: name,
        text: '',
        user_id: 'U1',
        team_id: 'T1',
        channel_id: 'C1',
      }).toString(),
    );
  const event = (id: string, retry?: number) =>
    receive(
      'application/json',
      JSON.stringify({
        type: 'event_callback',
        event_id: id,
        team_id: 'T1',
        event: { type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home' },
      }),
      retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' },
    );

  it('answers with the acknowledgement, of which only the first counts', async () => {
    assert.deepEqual(await command('/text'), {
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: 'understood',
    });
    assert.deepEqual(await command('/twice'), { status: 200 });
    const view = {
      type: 'view_submission',
      team: { id: 'T1' },
      user: { id: 'U1' },
      view: { callback_id: 'form' },
    };
    const payload = new URLSearchParams({ payload: JSON.stringify(view) }).toString();
    const answer = await receive('application/x-www-form-urlencoded', payload);
    assert.deepEqual(JSON.parse(answer.body ?? ''), {
      response_action: 'errors',
      errors: { reason: 'missing' },
    });
  });

  it('answers 404 when nobody takes it, and logs what broke', async () => {
    for (const name of ['/unknown', '/silent', '/broken'])
      assert.equal((await command(name)).status, 404, name);
    assert.equal((await command('/broken-later')).status, 200);
    await recorded.linesAt(50, 2);
  });

  it('does not wait for an acknowledgement that does not come', { timeout: 10_000 }, async () => {
    assert.deepEqual(await command('/never'), { status: 503 });
  });

  it('runs a repeated event once, acknowledges every copy, and takes one whose first copy was lost', async () => {
    for (const retry of [undefined, 1, 2]) assert.equal((await event('Ev1', retry)).status, 200);
    assert.equal((await event('Ev2', 1)).status, 200);
    clock.advance(6 * MINUTE);
    assert.equal((await event('Ev1', 3)).status, 200);
    assert.deepEqual(seen, ['Ev1', 'Ev2']);
  });

  it('keeps no event in mind for ever', async () => {
    await event('Ev1');
    clock.advance(15 * MINUTE);
    await event('Ev1');
    assert.deepEqual(seen, ['Ev1', 'Ev1']);
  });
});
