import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { buttonActions } from '../../src/alerts/content.ts';
import { dialogActions } from '../../src/alerts/dialog.ts';
import {
  type AlertDatabase,
  CHANNEL,
  insertFailed,
  NOW,
  openAlertDatabase,
} from '../alerts/alert-fixtures.ts';
import { type BothSides, SIGNING_SECRET, signed, startBothSides } from '../slack/both-modes.ts';
import { createRecordedLog, tokens } from '../slack/slack-fixtures.ts';
import { databases } from '../support/databases.ts';
import { watchMemory } from './bounded-memory.ts';
import { assertNothingPrivate, junk, RUNS, SEED, spoilt } from './hostile-values.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const PRIVATE = 'erika.mustermann@example.com';
const who = {
  ...{
    user: { id: 'U0EMIL', team_id: 'T0SANDBOX' },
    team: { id: 'T0SANDBOX' },
    api_app_id: 'A0',
    token: 'x',
  },
  trigger_id: '1.2.3',
};
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '748',
    '#748',
    'all',
    'stop',
    'start',
    '2025-13-40',
    '<@U0EMIL>',
    PRIVATE,
    '9'.repeat(400),
    '-1',
  ),
);
const commands = fc.record({
  command: fc.constantFrom('/sync-status', '/resync', '/sync-summary', '/sync-cleanup'),
  text: words,
  user_id: fc.constantFrom('U0EMIL', 'U0FLEUR', 'U0NOBODY'),
  ...{
    team_id: fc.constant('T0SANDBOX'),
    channel_id: fc.constant(CHANNEL),
    trigger_id: fc.constant('1.2.3'),
  },
  response_url: fc.constant('http://127.0.0.1:9/nowhere'),
});
const values = fc.oneof(
  fc.constantFrom(
    '{"appointment":748,"revision":1}',
    '{"appointment":1,"revision":0}',
    '{"appointment":0}',
    '{}',
  ),
  words,
);
const clicks = fc
  .record({ action: fc.constantFrom(...buttonActions), value: values })
  .map(({ action, value }) => ({
    ...{ ...who, type: 'block_actions', response_url: 'http://127.0.0.1:9/nowhere' },
    container: { type: 'message', channel_id: CHANNEL, message_ts: '1.2' },
    ...{ channel: { id: CHANNEL, name: 'alerts' }, message: { ts: '1.2', text: 'x' } },
    actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: '1.2' }],
  }));
const shown = {
  appointmentId: 748,
  status: 'booked',
  startsAtText: '2025-11-26 14:00:00.000',
  staffId: null,
};
const typed = fc
  .record({ action: fc.constantFrom(...dialogActions), word: words, date: words, time: words })
  .map(({ action, word, date, time }) => ({
    ...{ ...who, type: 'view_submission' },
    view: {
      ...{
        id: 'V1',
        type: 'modal',
        callback_id: action,
        private_metadata: JSON.stringify({ ...shown, contactHash: 'x' }),
        hash: '1.x',
      },
      state: {
        values: {
          ...{ slot: { slot: { type: 'static_select', selected_option: { value: word } } } },
          ...{ date: { date: { type: 'datepicker', selected_date: date } } },
          ...{ time: { time: { type: 'timepicker', selected_time: time } } },
          ...{ reason: { reason: { type: 'plain_text_input', value: word } } },
        },
      },
    },
  }));
const events = junk.map((event) => ({ type: 'event_callback', team_id: 'T0SANDBOX', event }));

const form = (fields: object) => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString(),
});
const json = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) ?? '' });
const interaction = (payload: unknown) => form({ payload: JSON.stringify(payload) ?? '' });

/** What a person can bring about with a keyboard and a mouse. */
const byPeople = fc.oneof(commands.map(form), clicks.map(interaction), typed.map(interaction));
/** What only a broken Slack, or somebody with its secret, would send. */
const byNobody = fc.oneof(
  fc.oneof(clicks, typed).chain(spoilt).map(interaction),
  commands.chain(spoilt).map((fields) => form(Object(fields))),
  events.map(json),
  junk.map(json),
  fc.string({ unit: 'binary' }).map((body) => ({ type: 'application/json', body })),
);

let opened: AlertDatabase;
let sides: BothSides;
const clock = createSandboxClock(NOW);
const { log, lines } = createRecordedLog();
before(async () => {
  opened = await openAlertDatabase(sqlite);
  await insertFailed(opened.db, 748);
  const world = {
    users: ['U0EMIL', 'U0FLEUR'].map((id) => ({ id, name: id.toLowerCase(), locale: 'en-GB' })),
    channels: [{ id: CHANNEL, name: 'alerts', members: ['U0EMIL', 'U0FLEUR'], botIsMember: true }],
  };
  const config = { accessEngineers: ['U0EMIL'] };
  sides = await startBothSides({ mode: 'HTTP', world, config, db: opened.db, clock, log });
});
after(async () => {
  await sides.stop();
  await opened.close();
});

async function send({ type, body }: { type: string; body: string }): Promise<number> {
  const answer = await sides.bot.receive?.({
    headers: { 'content-type': type, ...signed(body) },
    body: Buffer.from(body),
  });
  return answer?.status ?? 0;
}

test('whatever a person types or clicks is acknowledged', async () => {
  const property = fc.asyncProperty(byPeople, async (request) => {
    assert.equal(await send(request), 200);
  });
  await fc.assert(property, { numRuns: RUNS / 4, seed: SEED });
});

test('whatever comes in Slack’s name is answered, and the bot goes on', async () => {
  const statuses = new Set<number>();
  const memory = watchMemory(() => {
    assertNothingPrivate(JSON.stringify(lines), [PRIVATE, SIGNING_SECRET, tokens.botToken]);
    lines.length = 0;
    sides.slack.calls.length = 0;
  });
  const property = fc.asyncProperty(byNobody, async (request) => {
    statuses.add(await send(request));
    await memory.answered();
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  await memory.assertBounded();
  assert.ok(
    [...statuses].every((status) => [200, 400, 404, 500, 503].includes(status)),
    [...statuses].join(),
  );
  const helped = await send(
    form({ command: '/sync-status', text: '', user_id: 'U0EMIL', channel_id: CHANNEL }),
  );
  assert.equal(helped, 200);
});
