import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../log.ts';

/**
 * Bolt's own lines in the bot's log. Only warnings and errors: below that Slack's packages write whole payloads, which
 * carry personal data.
 */
export function slackLog(log: Log): Logger {
  return {
    debug() {},
    info() {},
    warn: (...parts: unknown[]) => log.warn(read(parts), 'library.warned'),
    error: (...parts: unknown[]) => log.error(read(parts), 'library.failed'),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

function read(parts: unknown[]): { text: string; err?: Error | undefined } {
  const err = parts.find((part) => part instanceof Error);
  return err ? { text: err.message, err } : { text: String(parts[0]) };
}
