import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { houseRules, orphansOf } from './support/house-rules.ts';
import { codeOf, functionsOf, type SourceFile } from './support/source-text.ts';

const ROOT = path.join(import.meta.dirname, '..');
const files: SourceFile[] = globSync('{src,sandbox,migrations,bench,test}/**/*.{ts,js}', { cwd: ROOT })
  .map((file) => ({
    path: file.split(path.sep).join('/'),
    text: readFileSync(path.join(ROOT, file), 'utf8'),
  }))
  .sort((one, other) => one.path.localeCompare(other.path));

describe('the project', () => {
  it('is looked at, source and tests', () => {
    const paths = files.map((file) => file.path);
    for (const expected of ['src/log.ts', 'test/tidy.test.ts', 'test/support/house-rules.ts'])
      assert.ok(paths.includes(expected), expected);
  });

  for (const [rule, check] of Object.entries(houseRules))
    it(`keeps the rule: ${rule}`, () => {
      const objections = files.flatMap((file) => check(file).map((objection) => `${file.path}:${objection}`));
      assert.deepEqual(objections, []);
    });

  it('has no file in src that nothing but tests would miss', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const started = Object.values(scripts).flatMap((script) =>
      [...String(script).matchAll(/\bnode (?:-\S+ )*(\w[\w./-]*\.ts)\b/g)].map((match) => match[1] ?? ''),
    );
    assert.deepEqual(orphansOf(files, started), []);
  });
});

const lines = (count: number) => 'work();\n'.repeat(count);
const body = (count: number) => `{\n${lines(count - 2)}}`;
const LATER = `TO${'DO'}`;

/** What each rule must object to, and what it must let pass: [path, text] each. */
const examples: Record<string, { bad: [string, string][]; good: [string, string][] }> = {
  'imports go down, never up or sideways': {
    bad: [
      ['src/sync/claim.ts', "import { post } from '../slack/post.ts';"],
      ['src/sync/claim.ts', "import type { Alert } from '../alerts/alert.ts';"],
      ['src/sync/claim.ts', "export { render } from '../alerts/alert.ts';"],
      ['src/sync/claim.ts', "const { post } = await import('../slack/post.ts');"],
      ['src/slack/listen.ts', "import { serve } from '../http/serve.ts';"],
      ['src/http/serve.ts', "import { summary } from '../upkeep/summary.ts';"],
      ['src/calcom/client.ts', "import { record } from '../appointments/record.ts';"],
      ['src/appointments/record.ts', "import { client } from '../calcom/client.ts';"],
      ['src/database.ts', "import { record } from './appointments/record.ts';"],
      ['src/database.ts', "import { start } from './main.ts';"],
      ['src/upkeep/doctor.ts', "import { start } from '../main.ts';"],
      ['src/upkeep/doctor.ts', "import type { Config } from '../config.ts';"],
      ['src/log.ts', "import type { Config } from './config.ts';"],
      ['src/main.ts', "import { startCalcom } from '../sandbox/calcom/start-calcom.ts';"],
      ['src/main.ts', "import { databases } from '../test/support/databases.ts';"],
      ['src/main.ts', "import { unknown } from './elsewhere/unknown.ts';"],
    ],
    good: [
      ['src/main.ts', "import { readConfig } from './config.ts';\nimport { post } from './slack/post.ts';"],
      ['src/slack/listen.ts', "import { alertOf } from '../alerts/alert.ts';\nimport './views/modal.ts';"],
      ['src/slack/views/modal.ts', "import { texts } from '../texts.ts';"],
      ['src/alerts/alert.ts', "import { record } from '../appointments/record.ts';"],
      ['src/calcom/client.ts', "import type { Clock } from '../clock.ts';\nimport { z } from 'zod';"],
      ['src/database.ts', "// import { record } from './appointments/record.ts';\nimport './instant.ts';"],
      ['test/sync/claim.test.ts', "import { post } from '../../src/slack/post.ts';"],
    ],
  },
  'the look-alikes know nothing of the bot': {
    bad: [
      ['sandbox/calcom/world.ts', "import type { Clock } from '../../src/clock.ts';"],
      ['sandbox/slack/socket.ts', "import { log } from '../../src/log.ts';"],
    ],
    good: [
      ['sandbox/demo.ts', "import { startBot } from '../src/main.ts';"],
      ['sandbox/slack/socket.ts', "import { calcom } from '../calcom/world.ts';"],
    ],
  },
  'packages stay in their folder': {
    bad: [
      ['src/alerts/alert.ts', "import type { KnownBlock } from '@slack/types';"],
      ['src/main.ts', "import bolt from '@slack/bolt';"],
      ['src/sync/look-up.ts', "import { request } from 'undici';"],
      ['src/main.ts', "import { schedule } from 'node-cron';"],
      ['src/http/health.ts', "import { Registry } from 'prom-client';"],
      ['src/slack/picture.ts', "const { Resvg } = await import('@resvg/resvg-js');"],
      ['src/log.ts', "import pretty from 'pino-pretty';"],
      ['sandbox/slack/socket.ts', "import { WebClient } from '@slack/web-api';"],
    ],
    good: [
      ['src/slack/app.ts', "import bolt from '@slack/bolt';"],
      ['src/calcom/client.ts', "import { request } from 'undici';"],
      ['src/upkeep/timetable.ts', "import { schedule } from 'node-cron';"],
      ['src/http/metrics/define.ts', "import { Gauge } from 'prom-client';"],
      ['test/slack/app.test.ts', "import bolt from '@slack/bolt';"],
      ['src/main.ts', "log.info('from @slack/bolt');"],
    ],
  },
  'only the configuration reads the environment': {
    bad: [
      ['src/main.ts', 'const port = process.env.PORT;'],
      ['src/main.ts', 'const { env } = process;'],
      ['src/main.ts', "import { env } from 'node:process';"],
      ['migrations/001_start.ts', "if (process.env['CI']) skip();"],
    ],
    good: [
      ['src/config.ts', 'return { ...process.env };'],
      ['src/main.ts', "// process.env is not read here\nlog.info('process.env', process.pid);"],
      ['test/config.test.ts', 'process.env.PORT'],
    ],
  },
  'files are short': {
    bad: [
      ['src/long.ts', lines(301)],
      ['sandbox/long.ts', lines(301)],
      ['migrations/001_long.ts', lines(301)],
      ['bench/long.ts', lines(301)],
      ['test/long.test.ts', lines(401)],
    ],
    good: [
      ['src/long.ts', lines(300)],
      ['test/long.test.ts', lines(400)],
    ],
  },
  'functions are short': {
    bad: [
      ['src/a.ts', `function a() ${body(61)}`],
      [
        'src/a.ts',
        `export async function a<T extends { b: C }>(b: T): Promise<{ c: T[] } | null> ${body(61)}`,
      ],
      ['src/a.ts', `export const a = async (b: string): Promise<void> => ${body(61)};`],
      ['src/a.ts', `return { start: () => ${body(61)} };`],
      ['src/a.ts', `return { async start({ db }: Deps) ${body(61)} };`],
      ['src/a.ts', `class A { constructor(private b = /[{(/]/) ${body(61)} }`],
      ['src/a.ts', `function a(b = '}') {\n// }\nconst c = /[}]/; const d = \`}\${e({})}}\`;\n${lines(59)}}`],
      ['test/a.test.ts', `it('a', async () => ${body(61)});`],
    ],
    good: [
      ['src/a.ts', `function a() ${body(60)}\nfunction b() ${body(60)}`],
      ['src/a.ts', `const table = ${body(100)};\nif (a(b)) ${body(100)}`],
      ['src/a.ts', `const a = b ? c(d) : ${body(100)};\nswitch (a) { case b(c): ${body(100)} }`],
      ['test/a.test.ts', `describe('a', () => ${body(200)});`],
    ],
  },
  'time comes from the clock': {
    bad: [
      ['src/sync/claim.ts', 'const now = Date.now();'],
      ['src/sync/claim.ts', 'const now = new Date();'],
      ['src/sync/claim.ts', 'const now = new Date;'],
      ['src/sync/claim.ts', 'const clock = { now: Date.now };'],
      ['src/upkeep/summary.ts', "const now = DateTime.now().setZone('UTC');"],
      ['src/upkeep/summary.ts', 'const now = DateTime.utc();'],
      ['sandbox/calcom/world.ts', `const now = \`\${new Date()}\`;`],
      ['src/sync/claim.ts', "db.raw('UPDATE leases SET taken_at = NOW()')"],
      ['migrations/001_start.ts', "table.datetime('created_at').defaultTo(db.fn.now());"],
      ['migrations/001_start.ts', 'db.raw(`created_at DATETIME DEFAULT CURRENT_TIMESTAMP`)'],
    ],
    good: [
      ['src/clock.ts', 'const now = () => new Date();'],
      ['sandbox/clock.ts', 'const now = Date.now();'],
      ['sandbox/slack/real-time.ts', 'const now = Date.now();'],
      [
        'src/sync/claim.ts',
        "// not Date.now()\nconst now = clock.now(); const then = new Date(0); log('new Date()');",
      ],
      ['test/sync/claim.test.ts', 'const startedAt = Date.now();'],
      ['bench/main.ts', 'const startedAt = Date.now();'],
      ['src/a.ts', 'DateTime.local(2025, 1, 1); DateTime.utc(2025); const today = new DateOnly();'],
    ],
  },
  'transactions use only their own handle': {
    bad: [
      ['src/sync/record.ts', "await transaction(db, async (tx) => {\n await db('alerts').insert(row);\n});"],
      ['src/sync/record.ts', 'await transaction(db, (tx) => record(db, row));'],
      ['src/sync/record.ts', 'await transaction(deps.db, async (tx) => { await deps.db.raw(sql); });'],
      ['src/sync/record.ts', 'await transaction(db, async (tx): Promise<void> => { use({ db }); });'],
      ['src/sync/record.ts', 'await transaction<Row[]>(db, async (tx) => { await calcom.book(row); });'],
      ['src/sync/record.ts', 'await transaction(db, async (tx) => { await slack.post(row); });'],
      ['src/sync/record.ts', 'await transaction(db, async (tx) => { await fetch(url); });'],
      ['src/sync/record.ts', 'const done = a ? await db.transaction(async (trx) => trx.raw(sql)) : null;'],
    ],
    good: [
      [
        'src/sync/record.ts',
        "await transaction(db, async (tx) => {\n await tx('alerts').insert(row);\n});\ndb();",
      ],
      ['src/sync/record.ts', 'await transaction(db, async (tx: Tx) => record({ db: tx, row }));'],
      ['src/sync/record.ts', "await transaction(db, (tx) => tx('db').select('calcom_uid')); calcom.book();"],
      [
        'src/database.ts',
        'function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> { db.a(); }',
      ],
      ['src/database.ts', 'return withRetries(() => db.transaction(work, options));'],
    ],
  },
  'nothing is left for later': {
    bad: [
      ['src/a.ts', `// ${LATER}: the rest`],
      ['src/a.ts', `const a = '${`FIX${'ME'}`}';`],
      ['test/a.test.ts', "it.only('a', () => {});"],
      ['test/a.test.ts', "describe . skip('a', () => {});"],
      ['test/a.test.ts', "test('a', { skip: true }, () => {});"],
      ['test/a.test.ts', "test.todo('a');"],
    ],
    good: [
      ['test/a.test.ts', 'describe(engine.name, { skip: engine.skip }, () => {}); const TODOS = 1;'],
      ['test/a.test.ts', "it('skips what is done: it.only(…)', () => { query.only('a'); });"],
    ],
  },
  'logs go through the log': {
    bad: [
      ['src/main.ts', "console.log('started');"],
      ['src/slack/app.ts', 'process.on(name, console.error);'],
    ],
    good: [
      ['src/main.ts', "log.info('console.log'); // not console.log()"],
      ['sandbox/demo.ts', 'console.log(url);'],
    ],
  },
  'names say what things are': {
    bad: [
      ['src/sync/utils.ts', ''],
      ['src/helpers/claim.ts', ''],
      ['src/sync/index.ts', ''],
      ['test/sync/common.test.ts', ''],
      ['src/sync/claimDue.ts', ''],
      ['src/sync/claim_due.ts', ''],
      ['migrations/001_CreateTables.ts', ''],
    ],
    good: [
      ['src/sync/claim-due.ts', ''],
      ['src/calcom/event-types.ts', ''],
      ['migrations/20251124_create-tables.ts', ''],
    ],
  },
  'migrations go both ways': {
    bad: [
      ['migrations/001_start.ts', 'export async function up() {}'],
      ['migrations/001_start.ts', 'export async function up() {}\n// export async function down() {}'],
      ['migrations/001_start.ts', 'export const down = () => {};'],
    ],
    good: [
      ['migrations/001_start.ts', 'export async function up() {}\nexport const down = async () => {};'],
      ['src/a.ts', ''],
    ],
  },
};

describe('each rule', () => {
  it('has examples', () => {
    assert.deepEqual(Object.keys(examples), Object.keys(houseRules));
  });

  for (const [rule, check] of Object.entries(houseRules))
    it(`tells wrong from right: ${rule}`, () => {
      const { bad = [], good = [] } = examples[rule] ?? {};
      assert.ok(bad.length > 0 && good.length > 0);
      for (const [file, text] of bad)
        assert.notDeepEqual(check({ path: file, text }), [], `passes: ${file} ${text}`);
      for (const [file, text] of good) assert.deepEqual(check({ path: file, text }), [], `${file} ${text}`);
    });

  it('names the line', () => {
    const text = "\n\nconst clock = 'x';\nconst now = Date.now();\n";
    const objections = houseRules['time comes from the clock']?.({ path: 'src/sync/claim.ts', text });
    assert.match(objections?.[0] ?? '', /^4: /);
  });

  it('finds a file that nothing imports, whatever tests do', () => {
    const project = [
      { path: 'src/main.ts', text: "import './used.ts';\nawait import('./later.ts');" },
      { path: 'src/used.ts', text: '' },
      { path: 'src/later.ts', text: '' },
      { path: 'src/forgotten.ts', text: '' },
      { path: 'test/forgotten.test.ts', text: "import '../src/forgotten.ts';" },
    ];
    assert.deepEqual(orphansOf(project, ['src/main.ts']), ['src/forgotten.ts']);
    assert.deepEqual(orphansOf(project, []), ['src/main.ts', 'src/forgotten.ts']);
  });
});

describe('the reading of source text', () => {
  it('keeps every character in its place and closes every bracket, in every file of the project', () => {
    for (const { path: file, text } of files) {
      const code = codeOf(text);
      assert.equal(code.length, text.length, file);
      for (const [open, close] of ['()', '[]', '{}'])
        assert.equal(
          code.split(open ?? '').length,
          code.split(close ?? '').length,
          `${file} ${open}${close}`,
        );
    }
  });

  it('sees functions by name, place and length', () => {
    const text =
      'const a = 1;\nexport function run<T>(\n  b: T,\n): { c: T } {\n  return d(() => {\n  });\n}\n';
    assert.deepEqual(functionsOf(text), [
      { name: 'run', line: 2, lines: 6 },
      { name: 'd', line: 5, lines: 2 },
    ]);
  });
});
