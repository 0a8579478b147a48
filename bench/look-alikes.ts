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
  /** A private entry in the host's own calendar, and its end. */
  occupy(entry: Entry): Promise<void>;
  vacate(entry: Entry): Promise<void>;
  /** The texts of the messages in the channel. */
  alerts(): Promise<string[]>;
  /** A person clicks *Retry* at the alert: milliseconds until the message has changed. */
  clickRetry(appointmentId: number): Promise<number>;
  /** A person sends /sync-status: milliseconds to the acknowledgement. */
  command(): Promise<number>;
  stop(): Promise<void>;
}

export interface Entry {
  hostId: number;
  start: string;
  end: string;
}

interface Reply {
  id: number;
  answer?: unknown;
  error?: string;
}

/** Cal.com answers each request after `calcomDelayMs`. */
export async function startLookAlikes({ calcomDelayMs }: { calcomDelayMs: number }): Promise<LookAlikes> {
  const child = fork(PROGRAM, [String(calcomDelayMs)]);
  const ended = once(child, 'exit');
  const waiting = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));

  function ask<T>(what: string, question: object = {}): Promise<T> {
    const id = ++asked;
    child.send({ id, ask: what, question });
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ answer, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(answer as T);
        else reject(new Error(error));
      });
      void ended.then(() => reject(new Error('the look-alikes ended')));
    });
  }

  const { calcomUrl, slackUrl } = await ask<{ calcomUrl: string; slackUrl: string }>('urls');
  return {
    calcomUrl,
    slackUrl,
    bodies: () => ask('bodies'),
    occupy: (entry) => ask('occupy', entry),
    vacate: (entry) => ask('vacate', entry),
    alerts: () => ask('alerts'),
    clickRetry: (appointmentId) => ask('clickRetry', { appointmentId }),
    command: () => ask('command'),
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
