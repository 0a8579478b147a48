import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import type { SlackLookAlike, SlackWorld, StoredView } from '../../sandbox/slack/start-slack.ts';
import type { Db } from '../../src/database.ts';
import { addMs, HOUR, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import type { SlackSettings } from '../../src/slack/start-slack.ts';
import { CHANNEL, NOW, openAlertDatabase, STAFF_ID } from '../alerts/alert-fixtures.ts';
import type { TestEngine } from '../support/databases.ts';
import { type BothSides, type Mode, startBothSides } from './both-modes.ts';
import { drawBlocks } from './draw-message.ts';
import { createRecordedLog, type RecordedLog } from './slack-fixtures.ts';

export const SABINE = 'U0SABINE';
export const MONA = 'U0MONA';
export const EMIL = 'U0EMIL';
export const OTTO = 'U0OTTO';

/** Sabine is support and speaks German, Mona a manager, Emil an engineer; Otto has no role. */
const world: SlackWorld = {
  users: [
    { id: SABINE, name: 'sabine', locale: 'de-DE' },
    { id: MONA, name: 'mona', locale: 'en-GB' },
    { id: EMIL, name: 'emil', locale: 'en-GB' },
    { id: OTTO, name: 'otto', locale: 'en-GB' },
  ],
  channels: [{ id: CHANNEL, name: 'alerts', members: [SABINE, MONA, EMIL], botIsMember: true }],
  userGroups: [{ id: 'S0SUPPORT', handle: 'support', users: [SABINE] }],
};
const lists = { accessSupport: ['S0SUPPORT'], accessManagers: [MONA], accessEngineers: [EMIL] };
const WAITING = /Einen Moment|One moment/;

export interface HomeStage {
  db: Db;
  clock: SandboxClock;
  recorded: RecordedLog;
  sides: BothSides;
  /** Opens the person's App Home, and gives it as text. */
  open(user: string): Promise<string>;
  /** Presses a button in the App Home, and gives the App Home as text once it is shown anew. */
  turn(user: string, actionId: string): Promise<string>;
  /** Presses a button of the top view, and gives the view that opens or changes. */
  press(user: string, actionId: string, value?: string): Promise<StoredView>;
  /** The App Home as it stands. */
  read(user: string): string;
  /** One look of the bot, ten seconds after the last: how many App Homes it showed anew. */
  republish(): Promise<number>;
  published(): number;
  close(): Promise<void>;
}

/** The bot and the Slack look-alike with the people above, on a migrated database. */
export async function openHomeStage(
  engine: TestEngine,
  mode: Mode = 'Socket Mode',
  change: Partial<SlackSettings> = {},
): Promise<HomeStage> {
  const opened = await openAlertDatabase(engine);
  const { db } = opened;
  const clock = createSandboxClock(NOW);
  const recorded = createRecordedLog();
  const config = { ...lists, ...change };
  const sides = await startBothSides({ mode, world, config, db, clock, log: recorded.log });
  const { slack } = sides;
  const published = () => slack.calls.filter(({ method }) => method === 'views.publish').length;
  const read = (user: string) => drawBlocks(slack.homeOf(user)?.blocks ?? []);
  const shownAnew = createWait({ slack, clock, db });
  return {
    db,
    clock,
    recorded,
    sides,
    read,
    published,
    async open(user) {
      await shownAnew(user, () => slack.openHome(user));
      return read(user);
    },
    async turn(user, actionId) {
      const viewId = slack.homeOf(user)?.id ?? '';
      await shownAnew(user, () => slack.clickInView({ user, viewId, actionId }));
      return read(user);
    },
    async press(user, actionId, value) {
      const before = slack.viewOf(user);
      const beforeHash = before?.hash;
      const click = { user, actionId, ...(value !== undefined && { value }) };
      const { acknowledged, personSaw } = await slack.clickInView(click);
      assert.ok(acknowledged, personSaw);
      await slack.waitFor(() => {
        const view = slack.viewOf(user);
        return view !== undefined && view.hash !== beforeHash && !WAITING.test(JSON.stringify(view.blocks));
      });
      return slack.viewOf(user) as StoredView;
    },
    async republish() {
      clock.advance(10 * SECOND);
      const before = published();
      await sides.bot.republishHomes?.();
      return published() - before;
    },
    async close() {
      await sides.stop();
      await opened.close();
    },
  };
}

/** Acts and waits until the App Home is shown anew; the pace of publishing is not what is tested here. */
function createWait({ slack, clock, db }: { slack: SlackLookAlike; clock: SandboxClock; db: Db }) {
  return async (user: string, act: () => Promise<unknown>): Promise<void> => {
    clock.advance(SECOND);
    const before = slack.homeOf(user)?.hash;
    await act();
    const isNoted = async () => {
      const row = await db('opened_homes').where({ user_id: user }).first('view_hash');
      return row !== undefined && row.view_hash !== before && row.view_hash === slack.homeOf(user)?.hash;
    };
    for (const giveUpAt = performance.now() + 10_000; !(await isNoted()); await nextTurn())
      assert.ok(performance.now() < giveUpAt, 'the App Home is not shown anew');
  };
}

export interface NewRow {
  startsInMs?: number;
  state?: 'failed' | 'pending' | 'synced' | null;
  staffId?: string | null;
  takenBy?: string;
  bookingUid?: string;
}

/** An open appointment; state null: without a record. */
export async function insertRow(db: Db, id: number, row: NewRow = {}): Promise<void> {
  const { startsInMs = 48 * HOUR + id * MINUTE, state = 'failed', staffId = STAFF_ID } = row;
  const startsAt = toSqlInstant(addMs(NOW, startsInMs));
  await db('appointments').insert({
    ...{ id, customer_id: 1, service_id: 1, staff_id: staffId, starts_at: startsAt },
    ...{ ends_at: toSqlInstant(addMs(NOW, startsInMs + HOUR)), created_at: toSqlInstant(NOW) },
  });
  if (state === null) return;
  await db('appointment_syncs').insert({
    ...{ appointment_id: id, state, attempts: 1, starts_at: startsAt, created_at: toSqlInstant(NOW) },
    ...(state === 'failed' && { failure_kind: 'contact_invalid', first_failed_at: toSqlInstant(NOW) }),
    ...(state === 'pending' && { pending_since: toSqlInstant(NOW) }),
    ...(row.takenBy && { taken_by: row.takenBy, touched_at: toSqlInstant(NOW) }),
    booking_uid: row.bookingUid ?? null,
  });
}

/** The appointments of the list, in its order. */
export function listed(home: string): number[] {
  return [...home.matchAll(/^#(\d+) ·/gm)].map(([, id]) => Number(id));
}
