import type { Content } from '../../src/alerts/content.ts';
import type { Found, Mark, Place, Posted, Poster, Updated } from '../../src/alerts/poster.ts';
import { drawFault, type SlackFault } from './faults.ts';
import type { Process } from './scheduler.ts';
import type { Stage } from './simulated-database.ts';

/** Later than this after it was sent nothing appears. */
const LANDS_WITHIN_MS = 20_000;
const TIMEOUT_MS = 8_000;

export interface SimulatedMessage {
  ts: string;
  threadTs: string | null;
  alertId: number;
  content: Content;
}

export interface SimulatedSlack {
  messages: SimulatedMessage[];
  /** The alerts of which somebody deleted the message: the bot learns of it at the next change. */
  deleted: Set<number>;
  connect(process: Process): Poster;
  /** Somebody deletes a message, and its thread with it. */
  remove(message: SimulatedMessage): void;
}

/** One channel in memory. */
export function createSimulatedSlack(stage: Stage): SimulatedSlack {
  const { scheduler, random, faults } = stage;
  const messages: SimulatedMessage[] = [];
  const deleted = new Set<number>();
  let posted = 0;

  function land(content: Content, mark: Mark, threadTs: string | null): string {
    posted += 1;
    const ts = String(posted);
    messages.push({ ts, threadTs, alertId: mark.alertId, content: structuredClone(content) });
    scheduler.note(`slack shows ${mark.alertId} as ${ts}: ${content.headline}`);
    return ts;
  }

  /** What goes wrong, once the way there is over. */
  async function reach(process: Process, what: string): Promise<SlackFault | null> {
    const fault = drawFault(random, faults().slack);
    if (fault) scheduler.note(`${process.name} slack ${what}: ${fault}`);
    if (fault === 'crash_before') await die(process);
    // What was sent arrives, whatever becomes of the sender.
    await scheduler.wait(random.between(5, 400), null);
    return fault;
  }

  async function comeBack(process: Process, fault: SlackFault | null): Promise<void> {
    if (fault === 'crash_after') await die(process);
    await scheduler.wait(random.between(5, 200), process);
  }

  function die(process: Process): Promise<never> {
    stage.crash(process);
    return new Promise(() => {});
  }

  const later = () => ({
    is: 'later' as const,
    retryAt: new Date(scheduler.nowMs() + random.between(1_000, 30_000)),
    because: 'busy' as const,
  });

  async function send(process: Process, content: Content, mark: Mark, parent: Place | null) {
    const fault = await reach(process, `post ${mark.alertId}`);
    if (parent && !messages.some(({ ts }) => ts === parent.ts)) return { is: 'gone' as const };
    if (fault === 'later') return later();
    if (fault === 'lands_late') {
      scheduler.after(random.between(TIMEOUT_MS, LANDS_WITHIN_MS), null, () => {
        land(content, mark, parent?.ts ?? null);
      });
    }
    if (fault === 'lost' || fault === 'lands_late') {
      await scheduler.wait(TIMEOUT_MS, process);
      return { is: 'unclear' as const };
    }
    const ts = land(content, mark, parent?.ts ?? null);
    await comeBack(process, fault);
    return fault === 'landed_but_lost' ? { is: 'unclear' as const } : { is: 'shown' as const, ts };
  }

  async function change(process: Process, { ts }: Place, content: Content): Promise<Updated> {
    const fault = await reach(process, `update ${ts}`);
    const message = messages.find((each) => each.ts === ts);
    if (!message) return { is: 'gone' };
    if (fault === 'later' || fault === 'lost') return later();
    message.content = structuredClone(content);
    scheduler.note(`slack changes ${message.alertId}: ${content.headline}`);
    await comeBack(process, fault);
    return fault === 'landed_but_lost' ? later() : { is: 'shown' };
  }

  async function look(process: Process, { alertId }: Mark): Promise<Found> {
    const fault = await reach(process, `find ${alertId}`);
    if (fault === 'later' || fault === 'lost') return later();
    const message = messages.findLast((each) => each.alertId === alertId);
    await comeBack(process, fault);
    return message ? { is: 'found', ts: message.ts } : { is: 'absent' };
  }

  return {
    messages,
    deleted,
    connect: (process) => ({
      post: (_channel, content, mark) => send(process, content, mark, null) as Promise<Posted>,
      reply: (parent, content, mark) => send(process, content, mark, parent),
      update: (place, content) => change(process, place, content),
      find: (_channel, mark) => look(process, mark),
      findReply: (_parent, mark) => look(process, mark),
    }),
    remove(message) {
      for (let at = messages.length - 1; at >= 0; at--) {
        const each = messages[at];
        if (each !== message && each?.threadTs !== message.ts) continue;
        messages.splice(at, 1);
        deleted.add(each.alertId);
      }
    },
  };
}
