import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { checkWritten } from './nothing-private.ts';

const PROGRAM = path.join(import.meta.dirname, '../../src/main.ts');
const UNTIL_MS = 40_000;

type Line = Record<string, unknown>;

export interface BotProcess {
  child: ChildProcess;
  lines: Line[];
  /** Waits for a line with this message, real time; throws with the last lines when the process ended or none comes. */
  says(message: string): Promise<Line>;
  /** Resolves with the exit code, null when it was killed. */
  ended: Promise<number | null>;
}

/** The whole bot as a process of its own, as `npm start` runs it, with nothing but the given environment. */
export function startBotProcess(environment: Record<string, string>): BotProcess {
  const env = { PATH: process.env.PATH, PORT: '0', START_HELD: 'never', LOG_LEVEL: 'info', ...environment };
  // In a folder without `.env`.
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: import.meta.dirname,
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const stopChild = () => child.kill('SIGKILL');
  process.once('exit', stopChild);
  const lines: Line[] = [];
  const heard = new EventEmitter();
  heard.setMaxListeners(0);
  const secrets = Object.entries(environment).flatMap(([name, value]) =>
    /KEY|TOKEN|SECRET/.test(name) ? [value] : [],
  );
  createInterface({ input: child.stderr }).on('line', (text) => {
    checkWritten(text, secrets);
    lines.push(text.startsWith('{') ? JSON.parse(text) : { msg: text });
    heard.emit('line');
  });
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', stopChild);
    heard.emit('line');
    return code as number | null;
  });
  return {
    child,
    lines,
    ended,
    async says(message) {
      const signal = AbortSignal.timeout(UNTIL_MS);
      for (;;) {
        const line = lines.find(({ msg }) => msg === message);
        if (line) return line;
        if (signal.aborted || child.exitCode !== null || child.signalCode !== null)
          throw new Error(
            `waited in vain for ${message}: ${JSON.stringify(lines.slice(-5)).slice(0, 2_000)}`,
          );
        await once(heard, 'line', { signal }).catch(() => {});
      }
    },
  };
}
