import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { deliverAlerts } from '../../src/alerts/deliver-alerts.ts';
import type { AlertRoute } from '../../src/alerts/routes.ts';
import { raiseAlert, resolveAlert, subjectOf } from '../../src/appointments/alerts.ts';
import { MINUTE, SECOND } from '../../src/instant.ts';
import { createPoster } from '../../src/slack/poster.ts';
import { createSlackHealth } from '../../src/slack/slack-health.ts';
import {
  type AlertDatabase,
  CHANNEL,
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  type TestClock,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { readMessage } from './read-message.ts';
import { createRecordedLog, createTestClient, type RecordedLog, startWorkspace } from './slack-fixtures.ts';

const [sqlite] = databases();
assert.ok(sqlite);

describe('delivering alerts to Slack', () => {
  let opened: AlertDatabase;
  let clock: TestClock;
  let slack: SlackLookAlike;
  let recorded: RecordedLog;
  let deliverBy: (holder: string) => ReturnType<typeof deliverAlerts>;

  beforeEach(async () => {
    opened = await openAlertDatabase(sqlite);
    clock = createTestClock();
    recorded = createRecordedLog();
    await start();
  });
  afterEach(async () => {
    await slack.stop();
    await opened.close();
  });

  async function start(options: Parameters<typeof startWorkspace>[1] = {}, routes: AlertRoute[] = []) {
    await slack?.stop();
    slack = await startWorkspace(clock, options);
    const { log } = recorded;
    const settings = {
      channel: CHANNEL,
      timeZone: 'Europe/Berlin',
      locale: 'de',
      quietHours: null,
      alertLookupMs: MINUTE,
    } as const;
    const posters = new Map<string, ReturnType<typeof createPoster>>();
    deliverBy = (holder) => {
      const client = createTestClient(slack.url);
      const health = createSlackHealth({ client, clock, channel: CHANNEL });
      const poster = posters.get(holder) ?? createPoster({ client, clock, log, health });
      posters.set(holder, poster);
      return deliverAlerts({ db: opened.db, clock, log, poster, holder, settings: { ...settings, routes } });
    };
  }

  const deliver = () => deliverBy('one');
  const live = () => slack.messages(CHANNEL).filter(({ deleted }) => !deleted);
  const raise = (id: number) =>
    opened.db.transaction((tx) =>
      raiseAlert(tx, { subject: subjectOf(id), appointmentId: id, now: clock.now() }),
    );
  async function fail(id: number): Promise<void> {
    await insertFailed(opened.db, id, { startsInMs: 172_800_000 + id * MINUTE });
    await raise(id);
  }
  /** Delivers until nothing is due in the next two minutes. */
  async function deliverAll(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) {
      const { nextAt } = await deliver();
      const waitMs = nextAt === null ? Number.POSITIVE_INFINITY : nextAt.getTime() - clock.now().getTime();
      if (waitMs > 2 * MINUTE) return;
      clock.advance(Math.max(waitMs, 0));
    }
    assert.fail('the delivery does not come to an end');
  }

  it('posts an alert, changes it in place and closes it, all as one message', async () => {
    await fail(748);
    await deliver();
    assert.match(readMessage(live()[0] ?? { blocks: [] }), /Termin #748[\s\S]*Dauerwelle/);
    await raise(748);
    await deliver();
    await opened.db.transaction((tx) =>
      resolveAlert(tx, subjectOf(748), { resolution: 'synced', now: clock.now() }),
    );
    await deliver();
    const [message, ...others] = live();
    assert.deepEqual(others, []);
    assert.equal(message?.edits, 2);
    assert.match(
      readMessage(message ?? { blocks: [] }),
      /^✅ Termin #748 ist erledigt: Er steht jetzt in Cal\.com\./,
    );
    assert.deepEqual(slack.refusals, []);
  });

  it('marks its messages, and keeps the mark when it changes them', async () => {
    await fail(748);
    await deliver();
    await raise(748);
    await deliver();
    const { installation_id } = await opened.db('installation').first();
    assert.deepEqual(live()[0]?.metadata, {
      event_type: 'sync_alert',
      event_payload: { installation: installation_id, alert: 1 },
    });
  });

  for (const kind of ['lands_then_hangs', 'lands_then_reset'] as const) {
    it(`makes one message of a post whose answer was lost (${kind})`, async () => {
      await fail(748);
      slack.faults.add({ method: 'chat.postMessage', times: 1, fault: { kind } });
      assert.equal((await deliver()).delivered, 1);
      await raise(748);
      await deliverAll();
      assert.deepEqual(
        live().map(({ edits }) => edits),
        [1],
      );
    });
  }

  for (const fault of [
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'http', status: 502, body: '<html>bad gateway</html>' },
    { kind: 'http', status: 200, body: '<html>captive portal</html>' },
    { kind: 'error', error: 'internal_error' },
  ] as const) {
    it(`posts again what did not land, after the look-up time (${JSON.stringify(fault)})`, async () => {
      await fail(748);
      slack.faults.add({ method: 'chat.postMessage', times: 1, fault });
      const { nextAt } = await deliver();
      assert.equal(live().length, 0);
      assert.deepEqual(nextAt, new Date(NOW.getTime() + MINUTE));
      await deliverAll();
      assert.equal(live().length, 1);
    });
  }

  it('looks a lost post up again when the first look-up fails too', async () => {
    await fail(748);
    slack.faults.add({ method: 'chat.postMessage', times: 1, fault: { kind: 'lands_then_reset' } });
    slack.faults.add({ method: 'conversations.history', times: 1, fault: { kind: 'reset' } });
    await deliverAll();
    assert.equal(live().length, 1);
    assert.equal(slack.calls.filter(({ method }) => method === 'chat.postMessage').length, 1);
  });

  it('does not take another installation’s alert of the same number for its own', async () => {
    const client = createTestClient(slack.url);
    const metadata = { event_type: 'sync_alert', event_payload: { installation: 'another', alert: 1 } };
    await client.chat.postMessage({ channel: CHANNEL, text: 'theirs', metadata });
    await fail(748);
    slack.faults.add({ method: 'chat.postMessage', times: 1, fault: { kind: 'reset' } });
    await deliver();
    assert.equal((await opened.db('alerts').first()).ts, null);
    await deliverAll();
    assert.equal(live().length, 2);
  });

  it('waits as long as Slack says when it is limited, and then delivers all', async () => {
    for (const id of [1, 2, 3]) await fail(id);
    slack.faults.add({
      method: 'chat.postMessage',
      times: 1,
      fault: { kind: 'rate_limited', retryAfterSeconds: 30 },
    });
    const { delivered, nextAt } = await deliver();
    assert.equal(delivered, 0);
    assert.equal(slack.calls.length, 1, 'no further call is tried meanwhile');
    assert.ok(nextAt && nextAt.getTime() >= NOW.getTime() + 30 * SECOND);
    await deliverAll();
    assert.equal(live().length, 3);
  });

  it('goes where routes lead; closed channels give way to the usual one, and a busy one stops no other', async () => {
    const channel = (id: string, change = {}) => ({
      ...{ id, name: id.toLowerCase(), members: ['U0ANNA'], botIsMember: true, archived: false, ...change },
    });
    const closed = [channel('C0OLD', { archived: true }), channel('C0OUT', { botIsMember: false })];
    const leadTo = ['C0COLOUR', 'C0OLD', 'C0OUT', 'C0NOWHERE'];
    const routes = leadTo.map((to, index) => ({ by: 'service' as const, id: `${index + 1}`, channel: to }));
    await start({ channels: [channel('C0COLOUR'), ...closed] }, routes);
    await opened.db('services').insert([2, 3, 4].map((id) => ({ id, name: 'Farbe', duration_minutes: 30 })));
    const failFor = async (service: number, id = service) => {
      await fail(id);
      await opened.db('appointments').where({ id }).update({ service_id: service });
    };
    for (const service of [1, 2, 3, 4]) await failFor(service);
    await deliverAll();
    const textsIn = (id: string) => slack.messages(id).map(readMessage);
    assert.match(textsIn('C0COLOUR').join(), /^[^#]*#1\b(?!.*ALERT_ROUTES)/s);
    assert.deepEqual(
      textsIn(CHANNEL).map((text) => /#\d.*Kanal (C0\w+) \(ALERT_ROUTES\)/s.exec(text)?.[1]),
      ['C0OLD', 'C0OUT', 'C0NOWHERE'],
    );
    const warned = recorded.lines.filter(({ msg }) => msg === 'route.closed');
    assert.deepEqual(
      warned.map(({ channel: id }) => id),
      ['C0OLD', 'C0OUT', 'C0NOWHERE'],
    );

    const fault = { kind: 'rate_limited', retryAfterSeconds: 30 } as const;
    slack.faults.add({ method: 'chat.postMessage', times: 1, fault });
    await failFor(1, 5);
    await failFor(2, 6);
    await raise(1);
    await deliver();
    assert.equal(slack.messages(CHANNEL).length, 4, 'the other channel need not wait');
    assert.deepEqual(
      slack.messages('C0COLOUR').map(({ edits }) => edits),
      [1],
    );
    await deliverAll();
    assert.equal(slack.messages('C0COLOUR').length, 2);
  });

  it('posts at most once a second', async () => {
    for (const id of [1, 2, 3, 4]) await fail(id);
    await deliverAll();
    const times = slack.calls.map(({ at }) => at.getTime() - NOW.getTime());
    assert.deepEqual(times, [0, 1_000, 2_000, 3_000]);
  });

  it('posts anew what somebody deleted', async () => {
    await fail(748);
    await deliver();
    slack.deleteMessage(CHANNEL, live()[0]?.ts ?? '');
    await raise(748);
    await deliver();
    assert.equal(live().length, 1);
  });

  it('waits for an archived channel, says so once, and goes on when it is back', async () => {
    const archived = slack.faults.add({ fault: { kind: 'error', error: 'is_archived' } });
    for (const id of [1, 2, 3]) await fail(id);
    for (let minute = 0; minute < 5; minute++) {
      await deliver();
      clock.advance(MINUTE);
    }
    const complaints = recorded.lines.filter(({ code }) => code === 'is_archived');
    assert.equal(complaints.length, 1);
    assert.match(String(complaints[0]?.remedy), /SLACK_ALERT_CHANNEL/);
    assert.equal(slack.calls.length, 5, 'one try a minute, however many alerts wait');
    archived.remove();
    await deliverAll();
    assert.equal(live().length, 3);
    assert.ok(recorded.lines.some(({ msg }) => msg === 'slack.reopened'));
  });

  it('delivers without the right to read the channel, and says what is missing when it needs it', async () => {
    await start({ scopes: ['chat:write'] });
    await fail(748);
    slack.faults.add({ method: 'chat.postMessage', times: 1, fault: { kind: 'lands_then_reset' } });
    await fail(749);
    await deliver();
    assert.equal(live().length, 2);
    assert.ok(
      recorded.lines.some(
        ({ code, remedy }) => code === 'missing_scope' && String(remedy).includes('manifest'),
      ),
    );
  });

  it('loses nothing while Slack is away', async () => {
    await fail(748);
    await slack.pause();
    for (let turn = 0; turn < 5; turn++) {
      const { nextAt } = await deliver();
      assert.ok(nextAt && nextAt.getTime() - clock.now().getTime() <= MINUTE);
      clock.advance(nextAt.getTime() - clock.now().getTime());
    }
    await slack.resume();
    await deliverAll();
    assert.equal(live().length, 1);
  });

  it('shows the others when Slack refuses one for its form', async () => {
    for (const id of [1, 2]) await fail(id);
    slack.faults.add({
      method: 'chat.postMessage',
      times: 1,
      fault: { kind: 'error', error: 'invalid_blocks' },
    });
    await deliver();
    assert.deepEqual(
      live().map((message) => /#\d/.exec(readMessage(message))?.[0]),
      ['#2'],
    );
    assert.ok(recorded.lines.some(({ code, level }) => code === 'invalid_blocks' && level === 50));
    clock.advance(61 * MINUTE);
    await deliver();
    assert.equal(live().length, 2);
  });

  it('makes one message when two replicas deliver at once', async () => {
    for (const id of [1, 2, 3]) await fail(id);
    await Promise.all([deliverBy('one'), deliverBy('two')]);
    await deliverAll();
    assert.equal(live().length, 3);
  });

  it('shows names of any kind and length as they are, and calls nobody', async () => {
    await opened.db('services').update({ name: `<!channel> *Farbe* ${'&🙂'.repeat(60_000)}` });
    await opened.db('staff').update({ name: `<@U0ANNA> ${'y'.repeat(200_000)}` });
    await fail(748);
    assert.equal((await deliver()).delivered, 1);
    assert.deepEqual(slack.refusals, []);
    assert.match(readMessage(live()[0] ?? { blocks: [] }), /Leistung: <!channel> \*Farbe\* &🙂/);
    assert.match(live()[0]?.text ?? '', /&lt;!channel&gt;/);
  });

  it('writes neither tokens nor personal data into the log', async () => {
    await fail(748);
    for (const fault of [
      { kind: 'http', status: 500 },
      { kind: 'error', error: 'invalid_auth' },
    ] as const) {
      slack.faults.add({ times: 2, fault });
    }
    await deliver();
    clock.advance(2 * MINUTE);
    await deliverAll();
    assert.ok(recorded.lines.length > 0);
    assert.doesNotMatch(JSON.stringify(recorded.lines), /xoxb|xapp|Kranz|2345678/);
  });
});
