import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('look-alikes-process.ts', import.meta.url));

/** Cal.com and Slack in a process of their own. */
export interface LookAlikes {
  calcomUrl: string;
  slackUrl: string;
  /** The bodies of all bookings that were asked for, in order. */
  bodies(): Promise<object[]>;
  stop(): Promise<void>;
}

/** Cal.com answers each request after `calcomDelayMs`. */
export async function startLookAlikes({ calcomDelayMs }: { calcomDelayMs: number }): Promise<LookAlikes> {
  const child = fork(PROGRAM, [String(calcomDelayMs)]);
  const ended = once(child, 'exit');
  const waiting = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  child.on('message', ({ id, answer }: { id: number; answer: unknown }) => waiting.get(id)?.(answer));

  function ask<T>(what: string): Promise<T> {
    const id = ++asked;
    child.send({ id, ask: what });
    return new Promise((resolve, reject) => {
      waiting.set(id, resolve as (answer: unknown) => void);
      void ended.then(() => reject(new Error('the look-alikes ended')));
    });
  }

  const { calcomUrl, slackUrl } = await ask<{ calcomUrl: string; slackUrl: string }>('urls');
  return {
    calcomUrl,
    slackUrl,
    bodies: () => ask('bodies'),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
