import type { Clock } from './clock.ts';
import { SECOND } from './instant.ts';
import type { Log } from './log.ts';

// Docker and others kill what does not end within ten seconds.
const STOPPING_MS_MAX = 9.5 * SECOND;

/**
 * Ends the process on the first SIGTERM or SIGINT when what is in flight is done, within ten seconds; on the second at
 * once, with exit code 1.
 */
export function stopOnSignals(
  bot: { stop(): Promise<void> },
  { clock, log }: { clock: Clock; log: Log },
): void {
  let isStopping = false;
  async function end(): Promise<'stopped' | 'late'> {
    const late = clock.sleep(STOPPING_MS_MAX).then(() => 'late' as const);
    return Promise.race([bot.stop().then(() => 'stopped' as const), late]);
  }
  const stop = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'bot.stopping_asked');
    end().then(
      (how) => {
        if (how === 'late') log.warn({}, 'bot.stopped_late');
        else log.info({}, 'bot.stopped');
        process.exit(how === 'late' ? 1 : 0);
      },
      (error) => {
        log.error({ err: error }, 'bot.stop_failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
