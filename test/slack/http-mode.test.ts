import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createSandboxClock } from '../../sandbox/clock.ts';
import {
  type AlertDatabase,
  CHANNEL,
  insertFailed,
  NOW,
  openAlertDatabase,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { type BothSides, nowInSeconds, SIGNING_SECRET, signed, startBothSides } from './both-modes.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog } from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const world = {
  users: [{ id: 'U0EMIL', name: 'emil', locale: 'en-GB' }],
  channels: [{ id: CHANNEL, name: 'alerts', members: ['U0EMIL'], botIsMember: true }],
};
/** A command that would hold the bot, answered nowhere. */
const STOP = new URLSearchParams({
  command: '/resync',
  text: 'stop',
  user_id: 'U0EMIL',
  channel_id: CHANNEL,
  team_id: 'T0SANDBOX',
  response_url: 'http://127.0.0.1:9/nowhere',
}).toString();

describe('Slack over HTTP', () => {
  const clock = createSandboxClock(NOW);
  const { log, lines } = createRecordedLog();
  let opened: AlertDatabase;
  let sides: BothSides;

  before(async () => {
    opened = await openAlertDatabase(sqlite);
    const config = { accessEngineers: ['U0EMIL'] };
    sides = await startBothSides({ mode: 'HTTP', world, config, db: opened.db, clock, log });
  });
  after(async () => {
    await sides.stop();
    await opened.close();
  });
  beforeEach(async () => {
    await opened.db('installation').update({ mode: 'running' });
    await opened.db('history').delete();
    lines.length = 0;
  });

  const post = async (body: string | Buffer, headers: Record<string, string>) => {
    const response = await fetch(`${sides.address}/slack/events`, { method: 'POST', body, headers });
    return { status: response.status, text: await response.text() };
  };
  const modeNow = async () => (await opened.db('installation').first()).mode;

  it('answers commands to the end, without a socket', async () => {
    await insertFailed(opened.db, 748);
    const interaction = await sides.slack.command({
      user: 'U0EMIL',
      channel: CHANNEL,
      command: '/resync',
      text: '748',
    });
    assert.ok(interaction.acknowledged);
    await sides.slack.waitFor(() => interaction.responses.length === 1);
    assert.match(readMessage(interaction.responses[0] ?? { blocks: [] }), /Next in line: #748/);
    assert.equal(sides.slack.connectedSockets(), 0);
    assert.equal(sides.slack.calls.filter(({ method }) => method === 'apps.connections.open').length, 0);
    assert.deepEqual(await sides.bot.health(), { ok: true, reason: null });
  });

  it('does nothing for a request that is forged, altered, stale or from the future', async () => {
    const good = signed(STOP);
    const other = { 'x-slack-signature': `v0=${'0'.repeat(64)}` };
    const refused: Record<string, Record<string, string>> = {
      'no signature': {},
      'no time stamp': { 'x-slack-signature': good['x-slack-signature'] ?? '' },
      'the signature of nothing': { ...good, ...other },
      'a short signature': { ...good, 'x-slack-signature': 'v0=' },
      'another version': { ...good, 'x-slack-signature': `v1${good['x-slack-signature']?.slice(2)}` },
      'another secret': signed(STOP, { secret: 'guessed' }),
      'another body': signed(STOP.replace('stop', 'start')),
      'another time': { ...good, 'x-slack-request-timestamp': String(nowInSeconds() - 1) },
      stale: signed(STOP, { sentAt: nowInSeconds() - 301 }),
      'of the future': signed(STOP, { sentAt: nowInSeconds() + 302 }),
      'no time': signed(STOP, { sentAt: 'NaN' }),
      'an empty time': signed(STOP, { sentAt: '' }),
    };
    for (const [what, headers] of Object.entries(refused)) {
      assert.deepEqual(await post(STOP, { ...FORM, ...headers }), { status: 401, text: '' }, what);
    }
    assert.equal(await modeNow(), 'running');
    assert.equal((await opened.db('history')).length, 0);
    assert.equal(lines.length, 1, 'it is said once in the log');
    assert.doesNotMatch(JSON.stringify(lines), new RegExp(SIGNING_SECRET));
    assert.equal((await post(STOP, { ...FORM, ...good })).status, 200, 'the same, signed, is carried out');
    assert.equal(await modeNow(), 'held');
  });

  it('accepts a clock that is a little off', async () => {
    for (const seconds of [-290, 290]) {
      const headers = signed('{"type":"url_verification","challenge":"c"}', {
        sentAt: nowInSeconds() + seconds,
      });
      const { status } = await post('{"type":"url_verification","challenge":"c"}', {
        ...JSON_TYPE,
        ...headers,
      });
      assert.equal(status, 200);
    }
  });

  it('answers Slack’s own questions', async () => {
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const answer = await post(challenge, { ...JSON_TYPE, ...signed(challenge) });
    assert.deepEqual(answer, { status: 200, text: '{"challenge":"abc"}' });
    const smuggled = `ssl_check=1&${STOP}`;
    assert.deepEqual(await post(smuggled, FORM), { status: 200, text: '' });
    assert.equal(await modeNow(), 'running', 'an unsigned check carries nothing');
  });

  it('refuses what is signed and still no payload, and lives on', async () => {
    for (const body of ['', 'null', '[]', '"text"', '{', '7']) {
      assert.equal((await post(body, { ...JSON_TYPE, ...signed(body) })).status, 400, body);
    }
    const broken = 'payload=%7Bno';
    assert.equal((await post(broken, { ...FORM, ...signed(broken) })).status, 400);
    for (const body of ['{}', '{"type":"unheard_of"}', '{"type":"block_actions"}']) {
      const { status } = await post(body, { ...JSON_TYPE, ...signed(body) });
      assert.ok(status === 404 || status === 500, `${body}: ${status}`);
    }
    assert.equal((await post(STOP, { ...FORM, ...signed(STOP) })).status, 200);
  });

  it('acknowledges an event that nobody listens to', async () => {
    await sides.slack.openHome('U0EMIL');
    const event = JSON.stringify({
      type: 'event_callback',
      event_id: 'Ev1',
      team_id: 'T0SANDBOX',
      event: { type: 'channel_archive', channel: CHANNEL },
    });
    assert.equal((await post(event, { ...JSON_TYPE, ...signed(event) })).status, 200);
  });

  it('waits at its stop for what it has acknowledged, and then takes no more', async () => {
    await opened.db('installation').update({ mode: 'running' });
    sides.slack.faults.add({ method: 'users.info', times: 1, fault: { kind: 'slow', ms: 200 } });
    clock.advance(3_600_000);
    const asked = { user: 'U0EMIL', channel: CHANNEL, command: '/resync', text: 'stop' };
    const interaction = await sides.slack.command(asked);
    assert.ok(interaction.acknowledged);
    assert.equal(interaction.responses.length, 0);
    await sides.bot.stop();
    assert.equal(interaction.responses.length, 1);
    assert.equal(await modeNow(), 'held');
    assert.equal((await post(STOP, { ...FORM, ...signed(STOP) })).status, 503);
  });
});
