import { EventEmitter, once } from 'node:events';
import { webApi } from '@slack/bolt';
import type { SlackWorld } from '../../sandbox/slack/slack-look-alike.ts';
import { startSlack as startLookAlike } from '../../sandbox/slack/start-slack.ts';
import type { Clock } from '../../src/clock.ts';
import type { Log } from '../../src/log.ts';
import type { SlackSettings } from '../../src/slack/start-slack.ts';
import { CallNotMade, type Calls } from '../../src/sync/calls.ts';
import { CHANNEL } from '../alerts/alert-fixtures.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { watchSlack } from '../support/nothing-private.ts';

export const tokens = { botToken: 'xoxb-test-secret', appToken: 'xapp-test-secret' };

/** The bot's settings for Socket Mode, in which Anna and Emil are engineers, and so may do everything. */
export function slackSettings(slackApiUrl: string, change: Partial<SlackSettings> = {}): SlackSettings {
  return {
    slackBotToken: tokens.botToken,
    slackAppToken: tokens.appToken,
    slackSigningSecret: null,
    slackApiUrl,
    slackAlertChannel: CHANNEL,
    alertRoutes: [],
    timeZone: 'Europe/Berlin',
    locale: 'de',
    accessSupport: null,
    accessManagers: null,
    accessEngineers: ['U0ANNA', 'U0EMIL'],
    recordUrl: null,
    calcomApiUrl: 'https://api.cal.com',
    calcomCallsPerMinute: 110,
    ...change,
  };
}

/** A workspace with a German, an English and a French speaker, who are in the alert channel with the bot. */
export async function startWorkspace(
  clock: Pick<Clock, 'now'>,
  options: { scopes?: string[]; archived?: boolean; channels?: SlackWorld['channels'] } = {},
) {
  const { archived = false, channels = [], ...others } = options;
  const members = ['U0ANNA', 'U0EMIL', 'U0FLEUR'];
  const slack = await startLookAlike({
    clock,
    ...tokens,
    ...others,
    world: {
      users: [
        { id: 'U0ANNA', name: 'anna', locale: 'de-DE' },
        { id: 'U0EMIL', name: 'emil', locale: 'en-GB' },
        { id: 'U0FLEUR', name: 'fleur', locale: 'fr-FR' },
      ],
      channels: [{ id: CHANNEL, name: 'alerts', members, botIsMember: true, archived }, ...channels],
    },
  });
  return watchSlack(slack);
}

/** For a bot whose Cal.com is never asked. */
export const noCalls: Calls = {
  permit: () => Promise.reject(new CallNotMade(0)),
  run: () => Promise.reject(new CallNotMade(0)),
  read: () => Promise.reject(new CallNotMade(0)),
  answers: async () => false,
  areWritesInTrouble: () => false,
  recall: {
    eventType: () => Promise.reject(new CallNotMade(0)),
    slots: () => Promise.reject(new CallNotMade(0)),
  },
};

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };

/** A client as the bot makes it, but with a short patience. */
export function createTestClient(slackApiUrl: string, timeoutMs = 300): webApi.WebClient {
  return new webApi.WebClient(tokens.botToken, {
    slackApiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: { ...quiet, getLevel: () => 'error' as never },
  });
}

export interface RecordedLog {
  log: Log;
  lines: Record<string, unknown>[];
  /** Resolves once `count` lines of this level are written (pino: info 30, warn 40, error 50). */
  linesAt(level: number, count?: number): Promise<void>;
}

/** A log whose lines a test can read and wait for. */
export function createRecordedLog(): RecordedLog {
  const written = new EventEmitter();
  const { log, lines } = createCapturedLog({ level: 'info', onLine: () => written.emit('line') });
  return {
    log,
    lines,
    async linesAt(level, count = 1) {
      const signal = AbortSignal.timeout(10_000);
      while (lines.filter((line) => line.level === level).length < count)
        await once(written, 'line', { signal });
    },
  };
}
