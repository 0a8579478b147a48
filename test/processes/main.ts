// `npm run test:processes [-- --short] [--seed N]`: three bots on one MariaDB, and everything dies. Prints its figures.
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { createDatabaseNode } from '../support/database-node.ts';
import {
  eventually,
  type Ground,
  insertAppointments,
  insertSalon,
  isAtRest,
  judge,
  layGround,
} from './proving-ground.ts';
import { makeTrouble } from './trouble.ts';

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
/** The short version shortens the bot's own times too, and measures recovery against them. */
const plan = values.short
  ? { appointments: 120, seconds: 6, restSeconds: 60, leaseSeconds: 2, landingSeconds: 4 }
  : { appointments: 2_000, seconds: 120, restSeconds: 420, leaseSeconds: 60, landingSeconds: 120 };
const BOTS = 3;
const HANG_SECONDS_MAX = 40;
const print = (what: string, figures: object) => console.log(`${what}: ${JSON.stringify(figures)}`);

const node = await createDatabaseNode();
let ground: Ground | undefined;
try {
  await node.start();
  const connection = await createConnection(node.url);
  await connection.query('CREATE DATABASE bots CHARACTER SET utf8mb4');
  await connection.end();
  ground = await layGround([`${node.url}/bots`], {
    CLAIM_LEASE_SECONDS: String(plan.leaseSeconds),
    LATE_LANDING_SECONDS: String(plan.landingSeconds),
    ALERT_LOOKUP_SECONDS: values.short ? '4' : '60',
    CALCOM_TIMEOUT_SECONDS: values.short ? '1' : '8',
  });
  await ground.startBots(BOTS);
  const { db } = ground;
  await eventually('the schema is there', 60, async () => (await db('installation').first()) !== undefined);
  await insertSalon(db);
  print('recovery after a kill', await measureRecovery(ground));
  print('every connection to the database hangs for ever', await measureHang(ground));
  await insertAppointments(db, 3, plan.appointments - 2);
  const { seconds } = plan;
  print('trouble', await makeTrouble(ground, [node], { seconds, seed: Number(values.seed) }));
  const restedAfter = await eventually('all is at rest', plan.restSeconds, () =>
    isAtRest(ground as Ground, plan.appointments),
  );
  print('at rest', { secondsAfterTheTrouble: Math.round(restedAfter) });
  print('oracle', await judge(ground, plan.appointments));
} finally {
  await ground?.stop();
  await node.stop();
}

/** Every bot dies while the first booking's POST is under way, which never arrives; others take its place. */
async function measureRecovery({ db, calcom, bots, replaceBot }: Ground): Promise<Record<string, number>> {
  const record = () => db('appointment_syncs').where({ appointment_id: 1 }).first();
  calcom.faults.add({ method: 'POST', path: /bookings$/, times: 1, fault: { kind: 'hang' } });
  await insertAppointments(db, 1, 1);
  await eventually('it is being booked', 60, () => calcom.calls.some(({ method }) => method === 'POST'));
  const { claim_token: lost } = await record();
  const killedAt = performance.now();
  await Promise.all(bots.map((_, place) => replaceBot(place)));
  const since = () => Math.round((performance.now() - killedAt) / 100) / 10;
  const { leaseSeconds, landingSeconds } = plan;
  await eventually('it is claimed again', 2 * leaseSeconds + 30, async () => {
    const { claim_token: token } = await record();
    return token !== lost;
  });
  const claimedAgain = since();
  await eventually('it is booked', 2 * landingSeconds + 30, async () => (await record()).state === 'synced');
  const booked = since();
  const bounds = { claimedAgainWithin: leaseSeconds + 2, bookedWithin: landingSeconds + 5 };
  // On a busy machine the short version's few seconds are less than a process needs to start.
  if (!values.short && (claimedAgain > bounds.claimedAgainWithin || booked > bounds.bookedWithin))
    throw new Error(`too late: ${JSON.stringify({ claimedAgain, booked, ...bounds })}`);
  return { claimedAgain, booked, ...bounds };
}

/** Nothing breaks the connections but the bots themselves. */
async function measureHang({ db, wires }: Ground): Promise<Record<string, number>> {
  for (const wire of wires.databases) wire.muteAll();
  await insertAppointments(db, 2, 1);
  const isBooked = async () =>
    (await db('appointment_syncs').where({ appointment_id: 2, state: 'synced' }).first()) !== undefined;
  const booked = await eventually('it is booked all the same', HANG_SECONDS_MAX, isBooked);
  return { booked: Math.round(booked * 10) / 10, bookedWithin: HANG_SECONDS_MAX };
}
