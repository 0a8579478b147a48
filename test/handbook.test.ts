import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { textsEn } from '../src/alerts/texts-en.ts';
import { countOpenFuture } from '../src/appointments/adoption.ts';
import { systemClock } from '../src/clock.ts';
import { openDatabase } from '../src/database.ts';
import { fromSqlInstant } from '../src/instant.ts';
import { logEvents } from '../src/log-events.ts';
import { migrateDatabase } from '../src/migrate-database.ts';
import { failureKinds, failureRules } from '../src/sync/failure-kinds.ts';
import { databases } from './support/databases.ts';

// docs/operating.md promises a row for whatever the bot can report; what it can report is read from the source.

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const handbook = textOf('docs/operating.md');

function sectionOf(heading: string): string {
  const [, section] = handbook.split(new RegExp(`^### ${heading}$`, 'm'));
  assert.ok(section, `there is a section ${heading}`);
  return section.split(/^##/m)[0] ?? '';
}

/** What stands in code in the first column of the tables. */
function reportsOf(section: string): string[] {
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
  );
}

/** The beginning of a text, up to what differs each time. */
const fixedPart = (text: string) => (text.split(/\$\{|: /)[0] ?? '').trim();

function texts(file: string): string[] {
  const code = textOf(file).replaceAll(/^import .*$|\/\*[\s\S]*?\*\/|^\s*\/\/.*$|new Error\(.*$/gm, '');
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"|`([^`]*)`/g)].map(
    ([, single, double, template]) => single ?? double ?? template ?? '',
  );
}

const isTold = (reports: string[], text: string) =>
  reports.some((report) => text.startsWith(report) || report.startsWith(fixedPart(text)));

describe('the handbook', () => {
  it('names every variable once, with its default', () => {
    const shown = [...textOf('.env.example').matchAll(/^(#?)([A-Z_]+)=(.*)$/gm)].map(
      ([, isDefault, variable, value]) => [variable, isDefault ? value : ''],
    );
    const told = [...handbook.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|/gm)].map(
      ([, variable, value]) => [variable, value ?? ''],
    );
    assert.deepEqual(told.sort(), shown.sort());
  });

  it('says what to do about every kind of failure, and who', () => {
    const rows = sectionOf('The channel shows')
      .split('\n')
      .filter((line) => /^\| `[a-z_]+`/.test(line));
    const told = rows.flatMap((line) => {
      const [, kinds = '', actor = ''] = line.split('|');
      return [...kinds.matchAll(/`([a-z_]+)`/g)].map(([, kind]) => [kind, actor.trim()]);
    });
    assert.deepEqual(told.sort(), failureKinds.map((kind) => [kind, failureRules[kind].actor]).sort());
  });

  it('knows every message about the bot itself', () => {
    const { incident, held, upkeep } = textsEn;
    const section = sectionOf('The channel shows');
    const headlines = [
      incident.unavailable.headline,
      incident.rateLimited.headline,
      incident.unauthorized.headline,
      held.headline,
      upkeep.surplus.headline,
    ];
    for (const headline of headlines) assert.ok(section.includes(`| *${headline}* |`), headline);
  });

  it('says what to do about every warning and error in the log', () => {
    const reports = reportsOf(sectionOf('The log says'));
    const logged = Object.entries(logEvents).flatMap(([event, { level }]) =>
      level === 'warn' || level === 'error' ? event : [],
    );
    assert.deepEqual(
      logged.filter((message) => !isTold(reports, message)),
      [],
    );
    assert.deepEqual(
      reports.filter((report) => !logged.some((message) => message.startsWith(report))),
      [],
      'and about none that nobody logs',
    );
  });

  it('says what to do about every reason of the health answer', () => {
    const reports = reportsOf(sectionOf('`/health/ready` says 503'));
    const files = [
      'src/http/health.ts',
      'src/http/stored-checks.ts',
      'src/slack/slack-health.ts',
      'src/slack/socket-connection.ts',
    ];
    const reasons = files
      .flatMap(texts)
      .filter(
        (text) =>
          /^(the |Cal\.com |Slack |not known|appointments |alerts )/.test(text) &&
          !text.includes('SLACK_APP_TOKEN'),
      )
      .map(fixedPart);
    assert.ok(reasons.length > 9, 'the reasons are found');
    assert.deepEqual(
      reasons.filter((reason) => !isTold(reports, reason)),
      [],
    );
    const codes = [...textOf('src/slack/slack-remedies.ts').matchAll(/^ {2}(\w+):/gm)].map(
      ([, code]) => code,
    );
    const told = reports.join(' ');
    assert.deepEqual(
      codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(told)),
      [],
    );
  });

  it('says what to do when it does not start', () => {
    const reports = reportsOf(sectionOf('It does not start'));
    const files = [
      'src/main.ts',
      'src/database.ts',
      'src/migrate-database.ts',
      'src/config.ts',
      'src/database-map.ts',
    ];
    const ends = files.flatMap((file) =>
      [...textOf(file).matchAll(/(?:new Error|super)\(\s*[`'"]([^`'"$\n]*)/g)].map(([, text = '']) =>
        text.trim(),
      ),
    );
    assert.ok(ends.length > 5, 'the messages are found');
    // Only a command's own.
    const told = ends.filter((text) => text !== 'the database has had no migration');
    assert.deepEqual(
      told.filter((text) => !reports.some((report) => report.startsWith(text) || text.startsWith(report))),
      [],
    );
  });

  it('gives commands and files that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    for (const [, script] of handbook.matchAll(/npm run ([a-z:-]+)/g))
      assert.ok(script && script in scripts, `npm run ${script}`);
    for (const [, file] of handbook.matchAll(/\b((?:src|test|deploy)\/[\w./-]+\.\w+)/g))
      assert.equal(globSync(file ?? '', { cwd: ROOT }).length, 1, file);
  });
});

for (const engine of databases()) {
  describe(`the handbook's rehearsal (${engine.name})`, { skip: engine.skip }, () => {
    it('fills a database with three appointments to come', async () => {
      const command = handbook.split('\n').find((line) => line.startsWith('sed '));
      assert.ok(command);
      const { stdout: sql } = await run('sh', ['-c', command.replace(/ > .*/, '')], { cwd: ROOT });
      const database = await engine.open();
      const db = openDatabase(database.url);
      try {
        await migrateDatabase(db, systemClock);
        const statements = sql.replaceAll(/^--.*$/gm, '').split(/;\s*$/m);
        for (const statement of statements.filter((each) => each.trim())) await db.raw(statement);
        assert.equal(await countOpenFuture(db, systemClock.now()), 3);
        const [first] = await db('appointments').orderBy('id');
        for (const at of [first.starts_at, first.ends_at]) assert.ok(fromSqlInstant(at) > systemClock.now());
      } finally {
        await db.destroy();
        await database.drop();
      }
    });
  });
}
