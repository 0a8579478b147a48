import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { mariadbUrl, missingMariadb } from './mariadb.ts';

export interface TestDatabase {
  url: string;
  /** Close every connection to it first. */
  drop(): Promise<void>;
}

export interface TestEngine {
  name: 'sqlite' | 'mariadb';
  /** Why this engine's tests are left out, or false. */
  skip: string | false;
  /** A fresh, empty database. */
  open(): Promise<TestDatabase>;
}

/** `for (const engine of databases()) describe(engine.name, { skip: engine.skip }, () => …)` */
export function databases(): TestEngine[] {
  return [
    { name: 'sqlite', skip: false, open: openFile },
    { name: 'mariadb', skip: missingMariadb(), open: openOnServer },
  ];
}

async function openFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-sqlite-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    url: `sqlite:${path.join(folder, 'test.sqlite')}`,
    async drop() {
      process.off('exit', remove);
      remove();
    },
  };
}

async function openOnServer(): Promise<TestDatabase> {
  const server = new URL(await mariadbUrl());
  const name = `sync_bot_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name}`) };
}

async function execute(server: URL, statement: string): Promise<void> {
  const connection = await createConnection(server.href);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
