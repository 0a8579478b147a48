import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCalcom } from '../sandbox/calcom/start-calcom.ts';
import { startSlack } from '../sandbox/slack/start-slack.ts';
import { systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { addMs, DAY, HOUR, toSqlInstant } from '../src/instant.ts';
import { createLog } from '../src/log.ts';
import { startBot } from '../src/main.ts';
import type { Measurement } from './main.ts';

const INSERTS = 20;
const AIM_MS_MAX = 3_000;
const STAFF = '00000000-0000-4000-8000-000000000001';
const EVENT_TYPE = 1;
const CHANNEL = 'C0BENCH001';
const ALL_DAY = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];

/** From a plain SQL INSERT by another program to the appointment's being booked, on an idle bot with its defaults. */
export async function insertToBooked(): Promise<Measurement> {
  const folder = mkdtempSync(path.join(tmpdir(), 'appointment-sync-bench-'));
  const calcom = await startCalcom({
    clock: systemClock,
    apiKey: 'cal_bench_key',
    rateLimit: null,
    world: {
      hosts: [{ id: 1, name: 'Host', email: 'host@example.com', workingHours: ALL_DAY }],
      eventTypes: [{ id: EVENT_TYPE, title: 'Cut', lengthInMinutes: 30, hostIds: [1] }],
      bookings: [],
      external: [],
    },
  });
  const slack = await startSlack({
    clock: systemClock,
    botToken: 'xoxb-bench',
    appToken: 'xapp-bench',
    world: { users: [], channels: [{ id: CHANNEL, name: 'bench', members: [], botIsMember: true }] },
  });
  const config = readConfig({
    DATABASE_URL: `sqlite:${path.join(folder, 'bench.sqlite')}`,
    CALCOM_API_KEY: 'cal_bench_key',
    CALCOM_API_URL: calcom.url,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_APP_TOKEN: 'xapp-bench',
    SLACK_ALERT_CHANNEL: CHANNEL,
    SLACK_API_URL: slack.url,
    PORT: '0',
  });
  const bot = await startBot({ config, clock: systemClock, log: createLog({ level: 'fatal', secrets: [] }) });
  const db = openDatabase(config.databaseUrl);
  try {
    await insertSalon(db);
    const floors = await repeat((number) => postAlone(calcom.url, startOf(number)));
    const latencies = await repeat((number) => insertAndWait(db, number, startOf(INSERTS + number)));
    return describe(latencies, floors);
  } finally {
    await bot.stop();
    await db.destroy();
    await Promise.all([calcom.stop(), slack.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(latencies: number[], floors: number[]): Measurement {
  const p50 = percentile(latencies, 0.5);
  const floorP50 = percentile(floors, 0.5);
  const worst = Math.max(...latencies);
  return {
    name: 'insert-to-booked',
    figures: {
      inserts: INSERTS,
      'p50 ms': Math.round(p50),
      'p99 ms': Math.round(percentile(latencies, 0.99)),
      'worst ms': Math.round(worst),
      'floor: one bare POST, p50 ms': Math.round(floorP50 * 10) / 10,
      'ratio of the p50s': Math.round(p50 / floorP50),
      'aim: worst at most ms': AIM_MS_MAX,
    },
    met: worst <= AIM_MS_MAX,
  };
}

const startOf = (number: number) => {
  const tomorrow = addMs(systemClock.now(), DAY);
  tomorrow.setUTCMinutes(0, 0, 0);
  return addMs(tomorrow, number * HOUR);
};

async function repeat(measure: (number: number) => Promise<void>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let number = 0; number < INSERTS; number++) {
    const startedAt = performance.now();
    await measure(number);
    tookMs.push(performance.now() - startedAt);
  }
  return tookMs;
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function insertSalon(db: Db): Promise<void> {
  await db('staff').insert({ id: STAFF, name: 'Host', is_active: 1 });
  await db('services').insert({ id: 1, name: 'Cut', duration_minutes: 30 });
  await db('calcom_event_map').insert({ service_id: 1, staff_id: STAFF, event_type_id: EVENT_TYPE });
}

async function insertAndWait(db: Db, number: number, startsAt: Date): Promise<void> {
  const id = number + 1;
  await db('customers').insert({ id, name: `Customer ${id}`, email: `customer${id}@example.com` });
  await db('appointments').insert({
    id,
    customer_id: id,
    service_id: 1,
    staff_id: STAFF,
    starts_at: toSqlInstant(startsAt),
    ends_at: toSqlInstant(addMs(startsAt, HOUR / 2)),
  });
  const isSynced = () =>
    db('appointment_syncs').where({ appointment_id: id, state: 'synced' }).first('state');
  while (!(await isSynced())) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function postAlone(url: string, startsAt: Date): Promise<void> {
  const answer = await fetch(`${url}/v2/bookings`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer cal_bench_key',
      'cal-api-version': '2024-08-13',
    },
    body: JSON.stringify({
      eventTypeId: EVENT_TYPE,
      start: startsAt.toISOString(),
      attendee: { name: 'Floor', email: 'floor@example.com', timeZone: 'Europe/Berlin' },
    }),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the look-alike refused the floor's booking: ${answer.status}`);
}
