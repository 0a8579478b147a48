import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import * as form from './config-forms.ts';
import { HOUR, SECOND } from './instant.ts';

// The only file that reads the environment. Everybody else is handed the values it needs.

export type Environment = Record<string, string | undefined>;

/** Everything that is wrong with the environment, one line each. No line repeats a value: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const databaseSettings = {
  databaseUrl: setting('DATABASE_URL', form.databaseUrl().default('sqlite:./data/appointments.sqlite')),
  databaseMap: setting('DATABASE_MAP', form.optional(form.databaseMap())),
  logLevel: setting(
    'LOG_LEVEL',
    form.oneOf(['info', 'debug', 'trace', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ),
};

const engineSettings = {
  startHeld: setting('START_HELD', form.oneOf(['auto', 'never']).default('auto')),
  calcomApiKey: setting('CALCOM_API_KEY', form.calcomApiKey()),
  calcomApiUrl: setting('CALCOM_API_URL', form.calcomApiUrl().default('https://api.cal.com')),
  calcomCallsPerMinute: setting('CALCOM_CALLS_PER_MINUTE', form.wholeNumber(0, 100_000).default(110)),
  claimLeaseMs: setting('CLAIM_LEASE_SECONDS', form.secondsAsMs().default(60 * SECOND)),
  calcomTimeoutMs: setting('CALCOM_TIMEOUT_SECONDS', form.secondsAsMs().default(8 * SECOND)),
  lateLandingMs: setting('LATE_LANDING_SECONDS', form.secondsAsMs().default(120 * SECOND)),
  timeZone: setting('TIME_ZONE', form.timeZone().default('Europe/Berlin')),
  locale: setting('LOCALE', form.oneOf(['de', 'en']).default('de')),
  placeholderEmailDomain: setting('PLACEHOLDER_EMAIL_DOMAIN', form.domain().default('placeholder.invalid')),
  cleanupGraceMs: setting('CLEANUP_GRACE', form.hoursAsMs().default(12 * HOUR)),
  syncConcurrency: setting('SYNC_CONCURRENCY', form.wholeNumber(1, 100).default(8)),
};

const botSettings = {
  calcomWebhookSecret: setting('CALCOM_WEBHOOK_SECRET', form.optional(form.anyText())),
  noticeMs: setting('NOTICE_SECONDS', form.secondsAsMs().default(SECOND)),
  alertLookupMs: setting('ALERT_LOOKUP_SECONDS', form.secondsAsMs().default(60 * SECOND)),
  slackBotToken: setting('SLACK_BOT_TOKEN', form.slackBotToken()),
  slackAlertChannel: setting('SLACK_ALERT_CHANNEL', form.slackChannel()),
  slackAppToken: setting('SLACK_APP_TOKEN', form.optional(form.slackAppToken())),
  slackSigningSecret: setting('SLACK_SIGNING_SECRET', form.optional(form.anyText())),
  slackApiUrl: setting('SLACK_API_URL', form.slackApiUrl().default('https://slack.com/api/')),
  recordUrl: setting('RECORD_URL', form.optional(form.recordUrl())),
  httpHost: setting('HTTP_HOST', form.host().default('127.0.0.1')),
  port: setting('PORT', form.wholeNumber(0, 65_535).default(3000)),
  intakeSecret: setting('INTAKE_SECRET', form.optional(form.anyText())),
  retentionDays: setting('RETENTION_DAYS', form.wholeNumber(1, 3_650).default(180)),
  cleanupCron: setting('CLEANUP_CRON', form.cron().default('15 3 * * *')),
  summaryCron: setting('SUMMARY_CRON', form.cron().default('0 8 * * *')),
  alertRoutes: setting('ALERT_ROUTES', form.alertRoutes().default([])),
  quietHours: setting('QUIET_HOURS', form.optional(form.quietHours())),
  remindBeforeMs: setting('REMIND_BEFORE', form.durations().default([24 * HOUR, 4 * HOUR, HOUR])),
  escalationGroup: setting('ESCALATION_GROUP', form.optional(form.slackGroup())),
  accessSupport: setting('ACCESS_SUPPORT', form.optional(form.slackIds())),
  accessManagers: setting('ACCESS_MANAGERS', form.optional(form.slackIds())),
  accessEngineers: setting('ACCESS_ENGINEERS', form.optional(form.slackIds())),
};

export type DatabaseConfig = Values<typeof databaseSettings>;
/** What the plan needs when it runs from the shell: the database and Cal.com, but no Slack. */
export type RemediateConfig = DatabaseConfig & Values<typeof engineSettings>;
export type Config = RemediateConfig & Values<typeof botSettings>;

/**
 * The process's environment, and beneath it what the file says, if there is one. A database-map.yml beside it is used
 * unless another is named.
 */
export function loadEnvironment(file = '.env'): Environment {
  const map = path.join(path.dirname(file), 'database-map.yml');
  return {
    ...(existsSync(map) && { DATABASE_MAP: map }),
    ...readEnvironmentFile(file),
    ...process.env,
  };
}

/** Throws a ConfigError that lists everything that is wrong. An empty variable counts as unset. */
export function readConfig(environment: Environment): Config {
  return checked(surveyConfig(environment));
}

/** Everything that is wrong, and the values of all that is not: for the doctor, who goes on with those. */
export function surveyConfig(environment: Environment): { problems: string[]; values: Partial<Config> } {
  const read = readSettings({ ...databaseSettings, ...engineSettings, ...botSettings }, environment);
  if (!given(environment, 'SLACK_APP_TOKEN') && !given(environment, 'SLACK_SIGNING_SECRET'))
    read.problems.push(
      'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing; ' +
        'set the first for Socket Mode, or the second to receive HTTP requests on /slack/events',
    );
  return read;
}

/** What the schema's migration needs. Throws a ConfigError. */
export function readDatabaseConfig(environment: Environment): DatabaseConfig {
  return checked(readSettings(databaseSettings, environment));
}

/** Throws a ConfigError. */
export function readRemediateConfig(environment: Environment): RemediateConfig {
  return checked(readSettings({ ...databaseSettings, ...engineSettings }, environment));
}

/** Every value that no log line may contain. The database's password is among them as written and as decoded. */
export function secretsOf(config: DatabaseConfig & Partial<Config>): string[] {
  const { databaseUrl } = config;
  const password = databaseUrl.startsWith('sqlite:') ? '' : new URL(databaseUrl).password;
  return [
    password,
    decodeURIComponent(password),
    config.calcomApiKey,
    config.calcomWebhookSecret,
    config.slackBotToken,
    config.slackAppToken,
    config.slackSigningSecret,
    config.intakeSecret,
  ].filter((secret) => typeof secret === 'string' && secret !== '') as string[];
}

interface Setting<T extends z.ZodType = z.ZodType> {
  variable: string;
  schema: T;
}

type Settings = Record<string, Setting>;
type Values<S extends Settings> = { [Field in keyof S]: z.output<S[Field]['schema']> };

function setting<T extends z.ZodType>(variable: string, schema: T): Setting<T> {
  return { variable, schema };
}

function readSettings<S extends Settings>(settings: S, environment: Environment) {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [field, { variable, schema }] of Object.entries(settings)) {
    const result = schema.safeParse(given(environment, variable));
    if (result.success) values[field] = result.data;
    else problems.push(`${variable} ${result.error.issues[0]?.message}`);
  }
  if (values.databaseMap && String(values.databaseUrl).startsWith('sqlite:'))
    problems.push('DATABASE_MAP needs MySQL or MariaDB: views of SQLite cannot be written; set DATABASE_URL');
  return { problems, values: values as Partial<Values<S>> };
}

function checked<T>({ problems, values }: { problems: string[]; values: Partial<T> }): T {
  if (problems.length > 0) throw new ConfigError(problems);
  return values as T;
}

function given(environment: Environment, variable: string): string | undefined {
  return environment[variable]?.trim() || undefined;
}

function readEnvironmentFile(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
