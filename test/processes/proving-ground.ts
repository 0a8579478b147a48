// Three bots as processes of their own, the look-alikes of Cal.com and Slack, and wires between all of them.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type CalcomLookAlike, startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { type SlackLookAlike, startSlack } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL, teamWorld } from '../../sandbox/team.ts';
import { type Db, openDatabase } from '../../src/database.ts';
import { addMs, DAY, MINUTE, SECOND, toSqlInstant } from '../../src/instant.ts';
import { type BotProcess, startBotProcess } from '../support/bot-process.ts';
import { channelTexts, checkWritten, readPersonal } from '../support/nothing-private.ts';
import { ANNA, BEN, CUT, insertSalon, salonWorld } from '../support/salon.ts';
import { layWire, type Wire } from '../support/wire.ts';

const TOKENS = { botToken: 'xoxb-processes', appToken: 'xapp-processes' };
const CALCOM_KEY = 'cal_processes_key';
const SLOTS_A_DAY = 20;
const ROWS_PER_INSERT = 200;
/** Every hundredth has a contact that Cal.com refuses: a person has to hear of it. */
export const isBad = (id: number) => id % 100 === 0;

export interface Ground {
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
  db: Db;
  wires: { calcom: Wire; slack: Wire; databases: Wire[] };
  bots: BotProcess[];
  /** Kills the bot of this place and starts another in its stead. */
  replaceBot(place: number): Promise<void>;
  startBots(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** `databaseUrls` name one database, each by its own server; bot n uses the n-th, in turn. */
export async function layGround(databaseUrls: string[], settings: Record<string, string>): Promise<Ground> {
  const clock = createSandboxClock(new Date());
  const calcom = await startCalcom({ clock, world: salonWorld(), apiKey: CALCOM_KEY, rateLimit: null });
  const slack = await startSlack({ clock, world: teamWorld(), ...TOKENS });
  const wires = {
    calcom: await layWire(calcom.url),
    slack: await layWire(slack.url),
    databases: await Promise.all(databaseUrls.map(layWire)),
  };
  const db = openDatabase(databaseUrls[0] ?? '');
  const bots: BotProcess[] = [];
  const withoutSlash = (url: string) => url.replace(/\/$/, '');
  function startBot(place: number): BotProcess {
    return startBotProcess({
      DATABASE_URL: wires.databases[place % databaseUrls.length]?.url ?? '',
      CALCOM_API_KEY: CALCOM_KEY,
      CALCOM_API_URL: withoutSlash(wires.calcom.url),
      CALCOM_CALLS_PER_MINUTE: '0',
      SLACK_BOT_TOKEN: TOKENS.botToken,
      SLACK_APP_TOKEN: TOKENS.appToken,
      SLACK_API_URL: wires.slack.url,
      SLACK_ALERT_CHANNEL: ALERT_CHANNEL,
      LOG_LEVEL: 'warn',
      ...settings,
    });
  }
  async function kill(bot: BotProcess | undefined): Promise<void> {
    bot?.child.kill('SIGKILL');
    await bot?.ended;
  }
  return {
    ...{ calcom, slack, db, wires, bots },
    async startBots(count) {
      for (let place = 0; place < count; place++) bots[place] = startBot(place);
    },
    async replaceBot(place) {
      await kill(bots[place]);
      bots[place] = startBot(place);
    },
    async stop() {
      await Promise.all(bots.map(kill));
      await db.destroy();
      await Promise.all([wires.calcom, wires.slack, ...wires.databases].map((wire) => wire.stop()));
      await Promise.all([calcom.stop(), slack.stop()]);
    },
  };
}

/** Half-hours of Anna and Ben, from the week after next on, without Sundays. */
export async function insertAppointments(db: Db, from: number, count: number): Promise<void> {
  const now = new Date();
  const monday = addMs(now, (15 - ((now.getUTCDay() + 6) % 7)) * DAY - 1 * DAY);
  const begin = new Date(`${monday.toISOString().slice(0, 10)}T07:00:00Z`);
  const ids = Array.from({ length: count }, (_, n) => from + n);
  const rows = ids.map((id) => {
    const workday = Math.floor(id / (2 * SLOTS_A_DAY));
    const day = workday + Math.floor(workday / 6);
    const startsAt = addMs(begin, day * DAY + Math.floor((id % (2 * SLOTS_A_DAY)) / 2) * 30 * MINUTE);
    const ends = addMs(startsAt, 30 * MINUTE);
    return {
      ...{ id, customer_id: id, service_id: CUT, staff_id: id % 2 === 0 ? ANNA : BEN, status: 'booked' },
      ...{ starts_at: toSqlInstant(startsAt), ends_at: toSqlInstant(ends), created_at: toSqlInstant(now) },
    };
  });
  const customers = ids.map((id) => ({
    ...{ id, name: `Customer ${id}` },
    email: isBad(id) ? `no-address-${id}` : `customer${id}@example.com`,
  }));
  for (let at = 0; at < count; at += ROWS_PER_INSERT) {
    await db('customers').insert(customers.slice(at, at + ROWS_PER_INSERT));
    await db('appointments').insert(rows.slice(at, at + ROWS_PER_INSERT));
  }
}

export { insertSalon };

/** Asks until it is so; a database that is away counts as not yet. */
export async function eventually(
  what: string,
  seconds: number,
  isSo: () => Promise<boolean> | boolean,
): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (
      await Promise.resolve()
        .then(isSo)
        .catch(() => false)
    )
      return (performance.now() - startedAt) / SECOND;
    if (performance.now() - startedAt > seconds * SECOND)
      throw new Error(`waited ${seconds} s in vain until ${what}`);
    await delay(100);
  }
}

/** Everything has come to rest: booked, or told to a person. */
export async function isAtRest({ db }: Ground, count: number): Promise<boolean> {
  const synced = (await db('appointment_syncs').where({ state: 'synced' }).pluck('appointment_id')).length;
  const told = await db('alerts')
    .where('open_subject', 'like', 'appointment:%')
    .whereNotNull('ts')
    .whereRaw('shown_revision = revision')
    .pluck('id');
  const bad = Math.floor(count / 100);
  return synced === count - bad && told.length === bad;
}

/** The oracle: counts bookings, records, alerts and messages. Throws when anything is lost or doubled. */
export async function judge({ db, calcom, slack }: Ground, count: number): Promise<Record<string, number>> {
  const rows = await db('appointments').orderBy('id').select('id', 'starts_at');
  const live = new Map<string, number>();
  for (const { metadata } of calcom.liveBookings())
    live.set(String(metadata.appointmentId), (live.get(String(metadata.appointmentId)) ?? 0) + 1);
  const wrong = rows.filter(({ id }) => (live.get(String(id)) ?? 0) !== (isBad(Number(id)) ? 0 : 1));
  assert.deepEqual(
    wrong.map(({ id }) => [Number(id), live.get(String(id)) ?? 0]),
    [],
    'every sound appointment has one booking, every other none',
  );
  const open: string[] = await db('alerts')
    .whereNotNull('open_subject')
    .orderBy('appointment_id')
    .pluck('subject');
  const expected = rows.filter(({ id }) => isBad(Number(id))).map(({ id }) => `appointment:${id}`);
  assert.deepEqual(open, expected, 'exactly one open alert for each that a person has to see, and no other');
  const shown = slack
    .messages(ALERT_CHANNEL)
    .filter(({ deleted }) => !deleted)
    .map(({ metadata }) => Number(metadata?.event_payload.alert));
  assert.equal(new Set(shown).size, shown.length, 'no message stands twice');
  const claimed = await db('appointment_syncs').whereNotNull('claim_token').pluck('appointment_id');
  assert.deepEqual(claimed, [], 'nothing is claimed for ever');
  const uids = await db('appointment_syncs').where({ state: 'synced' }).pluck('booking_uid');
  const standing = new Set(calcom.liveBookings().map(({ uid }) => uid));
  assert.deepEqual(
    uids.filter((uid: string) => !standing.has(uid)),
    [],
    'every record names its booking',
  );
  const booked = calcom.state.bookings.length;
  assert.equal(booked, count - expected.length, 'nothing was booked twice, not even for a moment');
  checkWritten(channelTexts(slack), await readPersonal(db));
  return { appointments: count, bookings: booked, alerts: open.length, messages: shown.length };
}
