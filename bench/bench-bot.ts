import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import knex from 'knex';
import { systemClock } from '../src/clock.ts';
import { readConfig } from '../src/config.ts';
import { type Db, openDatabase } from '../src/database.ts';
import { createLog } from '../src/log.ts';
import { type Bot, startBot } from '../src/main.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { createDatabaseNode, type DatabaseNode } from '../test/support/database-node.ts';
import type { LookAlikes } from './look-alikes.ts';
import { API_KEY, CHANNEL, insertSalon } from './salon.ts';

export type DatabaseName = 'sqlite' | 'mariadb';

/** An empty database, migrated, with a salon in it. */
export interface BenchDatabase {
  url: string;
  db: Db;
  remove(): Promise<void>;
}

let server: Promise<DatabaseNode> | undefined;

/** What is committed is on the disk: the bench measures what a careful operator runs. */
const DURABLE = ['--innodb-flush-log-at-trx-commit=1', '--innodb-buffer-pool-size=512M'];

function mariadb(): Promise<DatabaseNode> {
  server ??= createDatabaseNode({ options: DURABLE }).then(async (node) => {
    await node.start();
    return node;
  });
  return server;
}

/** Ends the MariaDB that the benches share, if one was started. */
export async function stopMariadb(): Promise<void> {
  await (await server)?.stop();
  server = undefined;
}

export async function createBenchDatabase(name: DatabaseName): Promise<BenchDatabase> {
  const place = name === 'sqlite' ? sqlitePlace() : await mariadbPlace();
  const db = openDatabase(place.url);
  await migrateDatabase(db, systemClock, async () => {});
  await insertSalon(db);
  return {
    url: place.url,
    db,
    async remove() {
      await db.destroy();
      await place.remove();
    },
  };
}

function sqlitePlace() {
  const folder = mkdtempSync(path.join(tmpdir(), 'appointment-sync-bench-'));
  return {
    url: `sqlite:${path.join(folder, 'bench.sqlite')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

let databases = 0;

async function mariadbPlace() {
  const { url } = await mariadb();
  databases += 1;
  const name = `bench${databases}`;
  const admin = async (sql: string) => {
    const server = knex({ client: 'mysql2', connection: url });
    await server.raw(sql).finally(() => server.destroy());
  };
  await admin(`CREATE DATABASE ${name}`);
  return { url: `${url}/${name}`, remove: () => admin(`DROP DATABASE ${name}`) };
}

/** The bot's defaults, but for what it needs to find this database and these look-alikes. */
export function environmentOf({ url }: BenchDatabase, { calcomUrl, slackUrl }: LookAlikes) {
  return {
    DATABASE_URL: url,
    CALCOM_API_KEY: API_KEY,
    CALCOM_API_URL: calcomUrl,
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_APP_TOKEN: 'xapp-bench',
    SLACK_ALERT_CHANNEL: CHANNEL,
    SLACK_API_URL: slackUrl,
    START_HELD: 'never',
    PORT: '0',
  };
}

/** The whole bot, with `settings` beside its defaults. */
export function startBenchBot(
  database: BenchDatabase,
  lookAlikes: LookAlikes,
  settings: Record<string, string> = {},
): Promise<Bot> {
  const config = readConfig({ ...environmentOf(database, lookAlikes), ...settings });
  return startBot({ config, clock: systemClock, log: createLog({ level: 'fatal', secrets: [] }) });
}
