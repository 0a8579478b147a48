import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../log.ts';

/**
 * Bolt's own lines in the bot's log. Only warnings and errors: below that Slack's packages write whole payloads, which
 * carry personal data.
 */
export function slackLog(log: Log): Logger {
  const write =
    (level: 'warn' | 'error') =>
    (message: unknown, ...rest: unknown[]) => {
      const error = [message, ...rest].find((part) => part instanceof Error);
      log[level]({ from: 'slack', ...(error && { err: error }) }, error ? error.message : String(message));
    };
  return {
    debug() {},
    info() {},
    warn: write('warn'),
    error: write('error'),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
