// `npm run test:cluster [-- --seed N]`: a bot on each node of a Galera cluster; nodes, bots and connections die.
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { DatabaseNode } from '../support/database-node.ts';
import { readCounter, startGalera } from '../support/galera.ts';
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
  options: {
    seed: { type: 'string', default: '1' },
    appointments: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
  },
});
const NODES = 3;
const APPOINTMENTS = Number(values.appointments);
const print = (what: string, figures: object) => console.log(`${what}: ${JSON.stringify(figures)}`);

let nodes: DatabaseNode[] = [];
let ground: Ground | undefined;
try {
  nodes = await startGalera(NODES);
  const [first] = nodes;
  if (!first) throw new Error('no node');
  const connection = await createConnection(first.url);
  await connection.query('CREATE DATABASE bots CHARACTER SET utf8mb4');
  await connection.end();
  print('cluster', { nodes: await readCounter([first], 'wsrep_cluster_size') });
  const settings = { CLAIM_LEASE_SECONDS: '10', LATE_LANDING_SECONDS: '20', ALERT_LOOKUP_SECONDS: '10' };
  ground = await layGround(
    nodes.map(({ url }) => `${url}/bots`),
    settings,
  );
  await ground.startBots(NODES);
  const { db } = ground;
  await eventually('the schema is there', 120, async () => (await db('installation').first()) !== undefined);
  await insertSalon(db);
  await insertAppointments(db, 1, APPOINTMENTS);
  // The node that the oracle asks stays; the others die and rejoin.
  const trouble = { seconds: Number(values.seconds), seed: Number(values.seed) };
  print('trouble', await makeTrouble(ground, nodes.slice(1), trouble));
  const restedAfter = await eventually('all is at rest', 420, () => isAtRest(ground as Ground, APPOINTMENTS));
  print('at rest', { secondsAfterTheTrouble: Math.round(restedAfter) });
  print('conflicts', {
    certificationFailures: await readCounter(nodes, 'wsrep_local_cert_failures'),
    bruteForceAborts: await readCounter(nodes, 'wsrep_local_bf_aborts'),
  });
  print('oracle', await judge(ground, APPOINTMENTS));
} finally {
  await ground?.stop();
  await Promise.all(nodes.map((node) => node.stop()));
}
