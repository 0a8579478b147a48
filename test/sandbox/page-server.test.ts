import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { type LookAlikes, startLookAlikes } from '../../sandbox/look-alikes.ts';
import { type Page, startPage } from '../../sandbox/page/serve-page.ts';
import { ALERT_CHANNEL } from '../../sandbox/team.ts';

const NOON = new Date('2025-11-24T11:00:00Z');
const world = {
  hosts: [{ id: 1, name: 'Jana', email: 'jana@example.com' }],
  eventTypes: [{ id: 10, title: 'Schnitt', lengthInMinutes: 60, hostIds: [1] }],
  bookings: [
    {
      uid: 'one',
      eventTypeId: 10,
      start: '2025-11-25T10:00:00Z',
      attendee: { name: 'Ada', email: 'a@example.com' },
    },
    {
      uid: 'two',
      eventTypeId: 10,
      start: '2025-11-25T13:00:00Z',
      attendee: { name: 'Bo', email: 'b@example.com' },
    },
  ],
  external: [],
};

let clock: SandboxClock;
let sides: LookAlikes;
let page: Page;

before(async () => {
  clock = createSandboxClock(NOON);
  sides = await startLookAlikes({ clock, world });
  page = await startPage({ clock, ...sides }, { port: 0 });
});
after(async () => {
  await page.stop();
  await sides.stop();
});

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** By hand, since fetch sets Host itself. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { port } = new URL(page.url);
      const asking = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      asking.on('error', reject).end(body);
    },
  );
}

async function control(name: string, body: object) {
  const headers = { 'content-type': 'application/json' };
  const { status, text } = await ask(`/control/${name}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status, ...(JSON.parse(text) as { personSaw?: string; problem?: string }) };
}

interface Shown {
  text: string;
  deleted?: boolean;
  replies: Shown[];
}

interface Picture {
  channels: { id: string; messages: Shown[]; ephemerals: Shown[] }[];
  commands: { command: string; description: string; usageHint: string }[];
  calendar: { bookings: { start: string }[]; external: { title?: string }[] };
  faults: string[];
  deeds: { what: string; about: Record<string, string> }[];
}

async function picture(person = 'U0SUPPORT1'): Promise<Picture> {
  return JSON.parse((await ask(`/picture?person=${person}`)).text);
}

describe("the page's server", () => {
  it('answers no other site, whatever name that site goes by', async () => {
    const json = { 'content-type': 'application/json' };
    const clockBody = JSON.stringify({ user: 'U0SUPPORT1', to: 'in-an-hour' });
    const post = { method: 'POST', body: clockBody };
    assert.equal((await ask('/', { headers: { host: 'evil.example' } })).status, 403);
    assert.equal((await ask('/', { headers: { host: 'localhost.evil.example' } })).status, 403);
    const foreign = { ...json, origin: 'http://evil.example' };
    assert.equal((await ask('/control/clock', { ...post, headers: foreign })).status, 403);
    const form = { 'content-type': 'text/plain' };
    assert.equal((await ask('/control/clock', { ...post, headers: form })).status, 415);
    assert.ok(clock.now().getTime() - NOON.getTime() < 3_600_000);
    const own = { ...json, host: 'localhost:1', origin: 'http://localhost:1' };
    assert.equal((await ask('/control/clock', { ...post, headers: own })).status, 200);
    assert.ok(clock.now().getTime() - NOON.getTime() >= 3_600_000);
  });

  it('gives its own files and no others, and lets the page ask nobody but itself', async () => {
    const index = await ask('/');
    assert.match(index.text, /^<!doctype html>/);
    assert.match(String(index.headers['content-security-policy']), /default-src 'none'/);
    assert.match(String(index.headers['content-security-policy']), /connect-src 'self'/);
    for (const path of [
      '/../serve-page.ts',
      '/%2e%2e/serve-page.ts',
      '/serve-page.ts',
      '/constructor',
      '/a.js',
    ])
      assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask('/control/constructor', { method: 'POST', body: '{}' })).status, 404);
  });

  it('says what is wrong with what it is asked', async () => {
    assert.equal((await ask('/picture?person=U0NOBODY')).status, 404);
    assert.equal((await ask('/events?person=U0SYNCBOT1')).status, 404);
    const { status, problem } = await control('click', {
      user: 'U0SUPPORT1',
      channel: ALERT_CHANNEL,
      ts: '1',
      actionId: 'x',
    });
    assert.equal(status, 409);
    assert.match(problem ?? '', /sees no message 1/);
    assert.equal((await control('fault', { user: 'U0SUPPORT1', name: 'fire', on: true })).status, 409);
  });
});

describe('the picture of a person', () => {
  it('has what this person sees in Slack, and not what others were told privately', async () => {
    const said = { user: 'U0SUPPORT1', channel: ALERT_CHANNEL, text: 'for Sabine', onlyTo: 'U0SUPPORT1' };
    sides.slack.say(said);
    const ephemerals = (of: Picture) =>
      of.channels.flatMap((channel) => channel.ephemerals).map(({ text }) => text);
    assert.deepEqual(ephemerals(await picture('U0SUPPORT1')), ['for Sabine']);
    assert.deepEqual(ephemerals(await picture('U0STRANGER1')), []);
  });

  it('keeps a deleted message only while replies hang on it', async () => {
    const say = (text: string, threadTs?: string) =>
      sides.slack.say({ user: 'U0SUPPORT1', channel: 'C0SALON00', text, ...(threadTs && { threadTs }) });
    const lonely = say('nobody answers');
    const first = say('secret');
    say('an answer', first.ts);
    for (const { ts } of [lonely, first]) sides.slack.deleteMessage('C0SALON00', ts);
    const channel = (await picture()).channels.find(({ id }) => id === 'C0SALON00');
    assert.deepEqual(
      channel?.messages.map(({ text, deleted, replies }) => [
        text,
        deleted,
        replies.map((reply) => reply.text),
      ]),
      [['', true, ['an answer']]],
    );
  });

  it("has the commands of the app's manifest with their hints", async () => {
    const { commands } = await picture();
    const resync = commands.find(({ command }) => command === '/resync');
    assert.match(resync?.usageHint ?? '', /^\[numbers \|/);
    assert.ok(commands.every(({ description }) => description !== ''));
  });
});

describe('what a person can do', () => {
  it('is not to type a command that the app does not have', async () => {
    const typed = { user: 'U0SUPPORT1', channel: ALERT_CHANNEL, command: '/coffee' };
    assert.deepEqual(await control('command', typed), {
      status: 200,
      personSaw: '/coffee is not a valid command.',
    });
  });

  it("is to move and cancel bookings in Cal.com, by Cal.com's rules", async () => {
    const move = (start: string) => control('move-booking', { user: 'U0SUPPORT1', uid: 'one', start });
    assert.match((await move('2025-11-25T13:30:00Z')).problem ?? '', /already has booking at this time/);
    assert.match((await move('2025-11-20T10:00:00Z')).problem ?? '', /in the past/);
    assert.deepEqual(await move('2025-11-26T10:00:00Z'), { status: 200 });
    assert.deepEqual(await control('cancel-booking', { user: 'U0SUPPORT1', uid: 'two', reason: 'ill' }), {
      status: 200,
    });
    const { bookings } = (await picture()).calendar;
    assert.deepEqual(
      bookings.map(({ start }) => start),
      ['2025-11-26T10:00:00.000Z'],
    );
    const again = await control('cancel-booking', { user: 'U0SUPPORT1', uid: 'two', reason: 'ill' });
    assert.match(again.problem ?? '', /cancelled already/);
  });

  it('is to put entries into a calendar and take them out', async () => {
    const entry = {
      user: 'U0SUPPORT1',
      hostId: 1,
      start: '2025-11-27T10:00:00Z',
      end: '2025-11-27T12:00:00Z',
    };
    assert.equal((await control('add-external', { ...entry, hostId: 9 })).status, 409);
    assert.equal((await control('add-external', { ...entry, end: entry.start })).status, 409);
    assert.equal((await control('add-external', { ...entry, title: 'Yoga' })).status, 200);
    assert.equal((await picture()).calendar.external[0]?.title, 'Yoga');
    assert.equal((await control('remove-external', entry)).status, 200);
    assert.deepEqual((await picture()).calendar.external, []);
    assert.equal((await control('remove-external', entry)).status, 409);
  });

  it('is to break either side, until it is mended', async () => {
    const fault = (name: string, on: boolean) => control('fault', { user: 'U0SUPPORT1', name, on });
    const statusOf = async () => (await fetch(`${sides.calcom.url}/v2/me`)).status;
    const healthy = await statusOf();
    for (const [name, status] of Object.entries({
      'calcom-down': 503,
      'calcom-429': 429,
      'calcom-key-refused': 401,
    })) {
      await fault(name, true);
      await fault(name, true);
      assert.equal(await statusOf(), status, name);
      assert.deepEqual((await picture()).faults, [name]);
      await fault(name, false);
    }
    assert.equal(await statusOf(), healthy);
    await fault('slack-archived', true);
    const said = await control('say', { user: 'U0SUPPORT1', channel: ALERT_CHANNEL, text: 'anybody?' });
    assert.match(said.problem ?? '', /#termin-sync is archived/);
    await fault('slack-archived', false);
    await fault('slack-cut-off', true);
    await assert.rejects(fetch(`${sides.slack.url}auth.test`));
    await fault('slack-cut-off', false);
    assert.equal((await fetch(`${sides.slack.url}auth.test`)).status, 200);
  });

  it('is to have Cal.com refuse once, by the name of the refusal', async () => {
    const statusOf = async () => (await fetch(`${sides.calcom.url}/v2/me`)).status;
    const healthy = await statusOf();
    const asked = { user: 'U0SUPPORT1', name: 'record-exists', path: '/v2/me' };
    assert.equal((await control('refusal', { ...asked, name: 'nothing' })).status, 409);
    assert.equal((await control('refusal', asked)).status, 200);
    assert.deepEqual([await statusOf(), await statusOf()], [409, healthy]);
  });

  it('cannot be to ask for an appointment where no bot has a door', async () => {
    assert.equal((await control('ask-appointment', { user: 'U0SUPPORT1', wish: { name: 'A' } })).status, 409);
  });

  it('is told to everybody who looks at the page', async () => {
    const { deeds } = await picture('U0STRANGER1');
    assert.ok(deeds.some(({ what, about }) => what === 'fault-on' && about.fault === 'calcom-down'));
  });
});
