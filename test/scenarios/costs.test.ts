import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readScenario } from '../../sandbox/scenario.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { addMs, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { createFrontDesk, type FrontDesk } from '../support/front-desk.ts';

// What docs/operating.md says that an appointment costs is measured here.

const SABINE = 'U0SUPPORT1';
const JANA = '654fcd64-33aa-480b-a5dd-a8d76027c8e8';
const MURAT = '0460c08f-9fa4-4223-ad70-9204c950770a';
const START = new Date('2025-12-11T08:00:00Z');
const HANDBOOK = readFileSync(path.join(import.meta.dirname, '../../docs/operating.md'), 'utf8');

/** Calls to Cal.com, new rows in the bot's tables, and messages sent or edited in Slack. */
type Cost = [calls: number, rows: number, slack: number];

const told = (what: string): Cost => {
  const [, section = ''] = HANDBOOK.split('## What an appointment costs\n');
  const line = section.split('\n').find((each) => each.startsWith(`| ${what} |`));
  assert.ok(line, `docs/operating.md says what this costs: ${what}`);
  const [, , calls, rows, slack] = line.split('|').map((cell) => Number.parseInt(cell.trim(), 10));
  return [calls ?? Number.NaN, rows ?? Number.NaN, slack ?? Number.NaN];
};

/** The tables that grow with appointments. */
const TABLES = ['appointment_syncs', 'sync_attempts', 'history', 'alerts', 'undos', 'undo_entries'];

const [sqlite] = databases();

describe('what an appointment costs', () => {
  let database: TestDatabase;
  let stage: Stage;
  let desk: FrontDesk;

  before(async () => {
    assert.ok(sqlite);
    database = await sqlite.open();
    const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));
    // Nothing else is to be done, so that all that is counted is one appointment's.
    const scenario = { ...seed, appointments: [], calcom: { ...seed.calcom, bookings: [], external: [] } };
    const settings = { LOG_LEVEL: 'fatal', DATABASE_URL: database.url };
    stage = await startStage(scenario, { frozen: true, settings, slackOver: 'socket' });
    desk = createFrontDesk(stage, scenario);
  });
  after(async () => {
    await stage.stop();
    await database.drop();
  });

  async function countRows(): Promise<number> {
    const counts = await Promise.all(
      TABLES.map((table) => stage.db(table).first({ count: stage.db.raw('COUNT(*)') })),
    );
    return counts.reduce((sum, { count }) => sum + Number(count), 0);
  }
  const sent = () =>
    stage.slack.calls.filter(({ method }) => /^chat\.(postMessage|update)$/.test(method)).length;

  /** Nothing more is to come of it: the record is so, and every message shows what is so. */
  async function isOver(id: number, expected: Record<string, unknown>): Promise<boolean> {
    const record = await desk.record(id);
    const isSo = Object.entries(expected).every(([column, value]) => record?.[column] === value);
    return (
      isSo &&
      !(await stage.db('alerts').whereRaw('shown_revision < revision').whereNotNull('deliver_at').first())
    );
  }

  async function costOf(
    id: number,
    expected: Record<string, unknown>,
    work: () => Promise<unknown>,
  ): Promise<Cost> {
    await desk.settle();
    const [calls, rows, slack] = [stage.calcom.calls.length, await countRows(), sent()];
    await work();
    do await desk.settle();
    while (!(await isOver(id, expected)));
    await desk.settle();
    return [stage.calcom.calls.length - calls, (await countRows()) - rows, sent() - slack];
  }

  async function insert(id: number, email: string): Promise<void> {
    await stage.db('customers').insert({ id, name: 'Kira Neu', email, phone: null });
    await stage.db('appointments').insert({
      id,
      customer_id: id,
      service_id: 1,
      staff_id: JANA,
      starts_at: toSqlInstant(addMs(START, (id % 10) * HOUR)),
      ends_at: toSqlInstant(addMs(START, (id % 10) * HOUR + 30 * MINUTE)),
      created_at: toSqlInstant(stage.clock.now()),
    });
  }
  const change = (id: number, set: Record<string, unknown>) =>
    stage.db('appointments').where({ id }).update(set);

  it('is what the handbook says', { timeout: 60_000 }, async () => {
    const hostId = stage.calcom.state.hosts.find(({ name }) => name === 'Jana Hoffmann')?.id ?? 0;
    const costs: [what: string, cost: Cost][] = [];
    const measure = async (
      what: string,
      [id, expected]: [id: number, expected: Record<string, unknown>],
      work: () => Promise<unknown>,
    ) => {
      costs.push([what, await costOf(id, expected, work)]);
    };
    const later = { starts_at: '2025-12-12 08:00:00.000', ends_at: '2025-12-12 08:30:00.000' };

    await measure('booked', [9001, { state: 'synced' }], () => insert(9001, 'kira@example.com'));
    await measure('moved', [9001, { pushed_start: later.starts_at }], () => change(9001, later));
    const handed = { pushed_staff_id: MURAT, replaces_uid: null };
    await measure('handed to a colleague with another event type', [9001, handed], () =>
      change(9001, { staff_id: MURAT }),
    );
    await measure('cancelled', [9001, { state: 'closed' }], () => change(9001, { status: 'cancelled' }));
    const refused = { state: 'failed', failure_kind: 'contact_invalid' };
    await measure('refused: the contact, with its alert', [9002, refused], () => insert(9002, 'nobody'));
    const mended = 'mended in the dialog and booked, the alert settled';
    await measure(mended, [9002, { state: 'synced' }], async () => {
      await desk.open(SABINE, 9002, 'fix_contact');
      const submitted = await desk.submit(SABINE, { email: 'kira2@example.com' });
      assert.deepEqual(submitted.ackBody, { response_action: 'clear' });
    });
    const taken = { state: 'failed', failure_kind: 'host_conflict' };
    await measure('refused: the time is taken, with what is in the way', [9003, taken], async () => {
      const start = addMs(START, 3 * HOUR);
      const entry = { start: start.toISOString(), end: addMs(start, HOUR).toISOString() };
      stage.calcom.hands.addExternal({ hostId, title: 'Zahnarzt', ...entry });
      await insert(9003, 'kira3@example.com');
    });
    assert.deepEqual(
      costs,
      costs.map(([what]) => [what, told(what)]),
    );
  });
});
