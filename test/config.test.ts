import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import {
  ConfigError,
  type Environment,
  loadEnvironment,
  readConfig,
  readDatabaseConfig,
  readRemediateConfig,
  secretsOf,
} from '../src/config.ts';

const REQUIRED = {
  CALCOM_API_KEY: 'cal_test_1234',
  SLACK_BOT_TOKEN: 'xoxb-1-2-three',
  SLACK_ALERT_CHANNEL: 'C0ALERTS',
  SLACK_APP_TOKEN: 'xapp-1-A-2',
};

const DEFAULTS = {
  databaseUrl: 'sqlite:./data/appointments.sqlite',
  databaseMap: null,
  startHeld: 'auto',
  calcomApiKey: 'cal_test_1234',
  calcomApiUrl: 'https://api.cal.com',
  calcomWebhookSecret: null,
  calcomCallsPerMinute: 110,
  claimLeaseMs: 60_000,
  calcomTimeoutMs: 8_000,
  lateLandingMs: 120_000,
  noticeMs: 1_000,
  alertLookupMs: 60_000,
  slackBotToken: 'xoxb-1-2-three',
  slackAlertChannel: 'C0ALERTS',
  slackAppToken: 'xapp-1-A-2',
  slackSigningSecret: null,
  slackApiUrl: 'https://slack.com/api/',
  recordUrl: null,
  httpHost: '127.0.0.1',
  port: 3000,
  intakeSecret: null,
  timeZone: 'Europe/Berlin',
  locale: 'de',
  placeholderEmailDomain: 'placeholder.invalid',
  cleanupCron: '15 3 * * *',
  summaryCron: '0 8 * * *',
  cleanupGraceMs: 12 * 3_600_000,
  retentionDays: 180,
  alertRoutes: [],
  quietHours: null,
  remindBeforeMs: [24 * 3_600_000, 4 * 3_600_000, 3_600_000],
  escalationGroup: null,
  accessSupport: null,
  accessManagers: null,
  accessEngineers: null,
  syncConcurrency: 8,
  logLevel: 'info',
};

const EVERY_VARIABLE = {
  ...REQUIRED,
  DATABASE_URL: 'mysql://bot:p%40ss@db.example:3306/clinic',
  START_HELD: 'never',
  CALCOM_API_URL: 'https://cal.example.com/api/',
  CALCOM_WEBHOOK_SECRET: 'hook',
  CALCOM_CALLS_PER_MINUTE: '0',
  CLAIM_LEASE_SECONDS: '2',
  CALCOM_TIMEOUT_SECONDS: '0.25',
  LATE_LANDING_SECONDS: '3',
  NOTICE_SECONDS: '0.05',
  ALERT_LOOKUP_SECONDS: '4',
  SLACK_APP_TOKEN: '',
  SLACK_SIGNING_SECRET: 'sign',
  SLACK_API_URL: 'http://127.0.0.1:4000/api/',
  RECORD_URL: 'https://salon.example/termine/{id}?from=slack',
  HTTP_HOST: '0.0.0.0',
  PORT: '0',
  INTAKE_SECRET: 'intake',
  TIME_ZONE: 'UTC',
  LOCALE: 'en',
  PLACEHOLDER_EMAIL_DOMAIN: 'no-mail.example.org',
  CLEANUP_CRON: '*/15 1-5 1,15 * 1-5',
  SUMMARY_CRON: '30 7 * * 0,7',
  CLEANUP_GRACE: '0.5',
  RETENTION_DAYS: '30',
  ALERT_ROUTES: 'branch:3=C1, service:12=G2',
  QUIET_HOURS: '20:00-07:30',
  REMIND_BEFORE: '30m, 2h',
  ESCALATION_GROUP: 'S9',
  ACCESS_SUPPORT: 'U1, W2 ,S3,',
  ACCESS_MANAGERS: 'S4',
  ACCESS_ENGINEERS: 'U5',
  SYNC_CONCURRENCY: '1',
  LOG_LEVEL: 'silent',
};

const EVERY_VALUE = {
  ...DEFAULTS,
  databaseUrl: 'mysql://bot:p%40ss@db.example:3306/clinic',
  startHeld: 'never',
  calcomApiUrl: 'https://cal.example.com/api',
  calcomWebhookSecret: 'hook',
  calcomCallsPerMinute: 0,
  claimLeaseMs: 2_000,
  calcomTimeoutMs: 250,
  lateLandingMs: 3_000,
  noticeMs: 50,
  alertLookupMs: 4_000,
  slackAppToken: null,
  slackSigningSecret: 'sign',
  slackApiUrl: 'http://127.0.0.1:4000/api/',
  recordUrl: 'https://salon.example/termine/{id}?from=slack',
  httpHost: '0.0.0.0',
  port: 0,
  intakeSecret: 'intake',
  timeZone: 'UTC',
  locale: 'en',
  placeholderEmailDomain: 'no-mail.example.org',
  cleanupCron: '*/15 1-5 1,15 * 1-5',
  summaryCron: '30 7 * * 0,7',
  cleanupGraceMs: 1_800_000,
  retentionDays: 30,
  alertRoutes: [
    { by: 'branch', id: '3', channel: 'C1' },
    { by: 'service', id: '12', channel: 'G2' },
  ],
  quietHours: { from: 1_200, to: 450 },
  remindBeforeMs: [2 * 3_600_000, 1_800_000],
  escalationGroup: 'S9',
  accessSupport: ['U1', 'W2', 'S3'],
  accessManagers: ['S4'],
  accessEngineers: ['U5'],
  syncConcurrency: 1,
  logLevel: 'silent',
};

function problemsOf(environment: Environment, read: (environment: Environment) => unknown = readConfig) {
  try {
    read(environment);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

/** The one problem with this variable's value, everything else being right. */
function problemOf(variable: string, value: string): string {
  const [problem = '', ...others] = problemsOf({ ...REQUIRED, [variable]: value });
  assert.deepEqual(others, []);
  return problem;
}

function variablesRead(): string[] {
  const variables: string[] = [];
  const environment = new Proxy<Environment>(REQUIRED, {
    get(target, variable: string) {
      variables.push(variable);
      return target[variable as keyof typeof REQUIRED];
    },
  });
  readConfig(environment);
  return [...new Set(variables)];
}

describe('readConfig', () => {
  it('needs four variables and has a default for every other', () => {
    assert.deepEqual(readConfig(REQUIRED), DEFAULTS);
  });

  it('takes every variable', () => {
    assert.deepEqual(readConfig(EVERY_VARIABLE), EVERY_VALUE);
  });

  it('lists every missing variable at once', () => {
    const problems = problemsOf({});
    assert.deepEqual(
      problems.map((problem) => problem.split(' is missing; ')[0]),
      ['CALCOM_API_KEY', 'SLACK_BOT_TOKEN', 'SLACK_ALERT_CHANNEL', 'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET'],
    );
  });

  it('lists wrong and missing variables together, one line each', () => {
    const environment = { ...REQUIRED, SLACK_APP_TOKEN: undefined, PORT: '65536', LOCALE: 'fr' };
    const problems = problemsOf(environment);
    assert.equal(problems.length, 3);
    assert.throws(
      () => readConfig(environment),
      (error: Error) => problems.every((problem) => error.message.split('\n').includes(`- ${problem}`)),
    );
  });

  it('counts an empty variable, and one of spaces, as unset', () => {
    const environment = { ...REQUIRED, PORT: '', TIME_ZONE: '  ', INTAKE_SECRET: '', ACCESS_SUPPORT: ' ' };
    assert.deepEqual(readConfig(environment), DEFAULTS);
    assert.match(problemsOf({ ...REQUIRED, CALCOM_API_KEY: ' ' })[0] ?? '', /^CALCOM_API_KEY is missing/);
  });

  it('drops the spaces and line ends around a value', () => {
    assert.equal(
      readConfig({ ...REQUIRED, CALCOM_API_KEY: ' cal_test_1234\n' }).calcomApiKey,
      'cal_test_1234',
    );
  });

  const wrong: [variable: string, values: string[], remedy: RegExp][] = [
    [
      'DATABASE_URL',
      ['clinic', 'sqlite:', 'postgres://u:p@h/d', 'mysql://u:p@h', 'mysql://h/d', 'mysql://u:p%zz@h/d'],
      /sqlite:PATH or mysql:/,
    ],
    ['CALCOM_API_KEY', ['cal test', 'cal_tést'], /copy it again/],
    ['CALCOM_API_URL', ['https://api.cal.com/v2', 'https://api.cal.com/v2/'], /\/v2; leave that out/],
    ['CALCOM_API_URL', ['api.cal.com', 'ftp://api.cal.com', 'https://api.cal.com?a=b'], /like https:/],
    ['RECORD_URL', ['https://salon.example/1', 'https://salon.example/{ID}'], /does not contain \{id\}/],
    ['RECORD_URL', ['{id}', 'ftp://salon.example/{id}', 'https://sa lon/{id}'], /not a web address/],
    ['CALCOM_CALLS_PER_MINUTE', ['-1', '1.5', 'many', '0x10', '1e3'], /whole number from 0/],
    ['CLAIM_LEASE_SECONDS', ['0', '-1', '0.0001', '60s', '1e3', 'Infinity', '86401'], /seconds above 0/],
    ['CALCOM_TIMEOUT_SECONDS', ['0'], /seconds above 0/],
    ['LATE_LANDING_SECONDS', ['0'], /seconds above 0/],
    ['NOTICE_SECONDS', ['0'], /seconds above 0/],
    ['ALERT_LOOKUP_SECONDS', ['0'], /seconds above 0/],
    ['CLEANUP_GRACE', ['-1', 'noon', '8761'], /number of hours/],
    ['SYNC_CONCURRENCY', ['0', '101', '2.5'], /whole number from 1/],
    ['PORT', ['65536', '-1', 'http'], /from 0 to 65535/],
    ['HTTP_HOST', ['http://0.0.0.0', 'two words'], /127\.0\.0\.1/],
    ['SLACK_BOT_TOKEN', ['xapp-1', 'xoxp-1', 'xoxb-', 'xoxb-1 2'], /OAuth & Permissions/],
    ['SLACK_APP_TOKEN', ['xoxb-1', 'xapp-'], /connections:write/],
    ['SLACK_ALERT_CHANNEL', ['#alerts', 'alerts', 'U123', 'c123', 'C'], /channel's id/],
    ['SLACK_API_URL', ['https://slack.com/api'], /end with '\/'/],
    ['SLACK_API_URL', ['slack.com/api/'], /like https:/],
    ['TIME_ZONE', ['Berlin', '+01:00', 'Europe/Nowhere'], /IANA/],
    ['LOCALE', ['fr', 'DE'], /one of: de, en/],
    ['START_HELD', ['always', 'true'], /one of: auto, never/],
    ['LOG_LEVEL', ['verbose', 'INFO'], /one of: .*debug/],
    ['PLACEHOLDER_EMAIL_DOMAIN', ['a@b.de', 'localhost', '-x.de', 'müll.de', 'x..de'], /without @/],
    ['CLEANUP_CRON', ['0 8 * *', '0 0 8 * * *', '60 8 * * *', '0 24 * * *', '5-1 * * * *'], /five fields/],
    [
      'SUMMARY_CRON',
      ['daily', '@daily', '*/0 * * * *', '0 8 * * 8', '0 8 0 * *', '1, 8 * * *'],
      /five fields/,
    ],
    [
      'ALERT_ROUTES',
      ['C1', 'staff:1=C1', 'branch:3=alerts', 'branch:3=C1;service:4=C2'],
      /branch:NUMBER=CHANNEL/,
    ],
    ['QUIET_HOURS', ['20-7', '24:00-07:00', '20:00-20:00', 'night'], /20:00-07:00/],
    ['REMIND_BEFORE', ['24', '1d', '4h;1h', '0m', 'never'], /24h,4h,30m/],
    ['ESCALATION_GROUP', ['U1', 'leads'], /user group/],
    ['ACCESS_SUPPORT', ['anna', 'U1;U2', 'C1', ','], /U…, W….*S…/],
    ['ACCESS_MANAGERS', ['@managers'], /S…/],
    ['ACCESS_ENGINEERS', ['u1'], /U…/],
  ];
  for (const [variable, values, remedy] of wrong)
    it(`says what is wrong with ${variable}, and what to do: ${remedy.source}`, () => {
      for (const value of values) {
        const problem = problemOf(variable, value);
        assert.ok(problem.startsWith(`${variable} `), `${variable}=${value}: ${problem}`);
        assert.match(problem, remedy);
      }
    });

  it('tells no value that it refuses, since it may be a secret in the wrong place', () => {
    const secret = '%zz top secret \u0000 ü';
    const refused = variablesRead().flatMap((variable) => problemsOf({ ...REQUIRED, [variable]: secret }));
    assert.ok(refused.length > 20);
    for (const problem of refused) assert.doesNotMatch(problem, /top secret/);
  });
});

describe('the smaller configurations', () => {
  it('let the schema be migrated with nothing but the database', () => {
    assert.deepEqual(readDatabaseConfig({}), {
      databaseUrl: DEFAULTS.databaseUrl,
      databaseMap: null,
      logLevel: 'info',
    });
    assert.deepEqual(problemsOf({ DATABASE_URL: 'x', PORT: 'x' }, readDatabaseConfig).length, 1);
  });

  it('let the plan run without Slack', () => {
    const config = readRemediateConfig({ CALCOM_API_KEY: 'cal_test_1234', TIME_ZONE: 'Europe/Vienna' });
    assert.equal(config.timeZone, 'Europe/Vienna');
    assert.equal(config.calcomApiKey, 'cal_test_1234');
    assert.match(problemsOf({}, readRemediateConfig).join(), /^CALCOM_API_KEY is missing[^,]*$/);
  });
});

describe('the database map', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-map-'));
  after(() => rmSync(folder, { recursive: true }));
  const server = { DATABASE_URL: 'mysql://bot@db.example/clinic' };
  function write(text: string): string {
    const file = path.join(folder, 'database-map.yml');
    writeFileSync(file, text);
    return file;
  }

  it('is read from the file that is named, or from the one beside .env', () => {
    const file = write('tables: { staff: { table: leute } }');
    const named = readDatabaseConfig({ ...server, DATABASE_MAP: file });
    assert.equal(named.databaseMap?.tables.staff?.table, 'leute');
    const found = loadEnvironment(path.join(folder, '.env'));
    assert.equal(found.DATABASE_MAP, file);
    assert.equal(loadEnvironment('no such folder/.env').DATABASE_MAP, undefined);
  });

  it('is refused with all that is wrong in it, beside what else is wrong', () => {
    const file = write('tables: { leute: {} }\nstatuses: { cancelled: [] }');
    const [map = '', ...others] = problemsOf({ ...REQUIRED, ...server, DATABASE_MAP: file, PORT: 'x' });
    assert.match(
      map,
      /^DATABASE_MAP .*docs\/existing-database.md.*\n {2}- tables: .*leute.*\n {2}- statuses: /,
    );
    assert.equal(others.length, 1);
  });

  it('needs a server: SQLite cannot write through views', () => {
    const file = write('tables: {}');
    assert.match(problemsOf({ DATABASE_MAP: file }, readDatabaseConfig).join(), /^DATABASE_MAP needs MySQL/);
  });
});

describe('secretsOf', () => {
  it('names every secret, and the database password in both spellings', () => {
    const secrets = secretsOf(
      readConfig({
        ...REQUIRED,
        DATABASE_URL: 'mysql://bot:p%40ss@db.example/clinic',
        CALCOM_WEBHOOK_SECRET: 'hook',
        SLACK_SIGNING_SECRET: 'sign',
        INTAKE_SECRET: 'intake',
      }),
    );
    const expected = [
      'p%40ss',
      'p@ss',
      'cal_test_1234',
      'hook',
      'xoxb-1-2-three',
      'xapp-1-A-2',
      'sign',
      'intake',
    ];
    assert.deepEqual(secrets, expected);
  });

  it('is empty where there is none', () => {
    assert.deepEqual(secretsOf(readDatabaseConfig({})), []);
    assert.deepEqual(secretsOf(readDatabaseConfig({ DATABASE_URL: 'mysql://bot@db.example/clinic' })), []);
  });
});

describe('loadEnvironment', () => {
  it('reads the file beneath the environment', (test) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-config-'));
    test.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, '.env');
    writeFileSync(file, 'SYNC_BOT_TEST="from the file"\nPATH=from-the-file\n');
    const environment = loadEnvironment(file);
    assert.equal(environment.SYNC_BOT_TEST, 'from the file');
    assert.equal(environment.PATH, process.env.PATH);
    assert.equal(process.env.SYNC_BOT_TEST, undefined);
  });

  it('does without the file, but not without being able to read it', () => {
    assert.equal(loadEnvironment('no such file').PATH, process.env.PATH);
    assert.throws(() => loadEnvironment(tmpdir()), { code: 'EISDIR' });
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const written = [...text.matchAll(/^#?([A-Z_]+)=(.*)$/gm)];

  it('has every variable once, and no other', () => {
    assert.deepEqual(written.map(([, variable]) => variable).sort(), variablesRead().sort());
  });

  it('shows the defaults as they are', () => {
    const shown = Object.fromEntries(written.map(([, variable, value]) => [variable, value]));
    assert.deepEqual(readConfig({ ...shown, ...REQUIRED }), DEFAULTS);
  });
});
