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

interface Channel {
  messages: SimulatedMessage[];
  land(content: Content, mark: Mark, threadTs: string | null): string;
  note(line: string): void;
}

/** One channel in memory. */
export function createSimulatedSlack(stage: Stage): SimulatedSlack {
  const { note } = stage.scheduler;
  const messages: SimulatedMessage[] = [];
  const deleted = new Set<number>();
  let posted = 0;

  function land(content: Content, { alertId }: Mark, threadTs: string | null): string {
    posted += 1;
    const ts = String(posted);
    messages.push({ ts, threadTs, alertId, content: structuredClone(content) });
    note(`slack shows ${alertId} as ${ts}: ${content.headline}`);
    return ts;
  }

  return {
    messages,
    deleted,
    connect: (process) => connect(stage, { messages, land, note }, process),
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

function connect(stage: Stage, channel: Channel, process: Process): Poster {
  const { scheduler, random } = stage;
  const { messages, land, note } = channel;
  const way = createWay(stage, process);
  const later = () => ({
    is: 'later' as const,
    retryAt: new Date(scheduler.nowMs() + random.between(1_000, 30_000)),
    because: 'busy' as const,
  });

  async function send(content: Content, mark: Mark, parent: Place | null) {
    const fault = await way.there(`post ${mark.alertId}`);
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
    await way.back(fault);
    return fault === 'landed_but_lost' ? { is: 'unclear' as const } : { is: 'shown' as const, ts };
  }

  async function change({ ts }: Place, content: Content): Promise<Updated> {
    const fault = await way.there(`update ${ts}`);
    const message = messages.find((each) => each.ts === ts);
    if (!message) return { is: 'gone' };
    if (fault === 'later' || fault === 'lost') return later();
    message.content = structuredClone(content);
    note(`slack changes ${message.alertId}: ${content.headline}`);
    await way.back(fault);
    return fault === 'landed_but_lost' ? later() : { is: 'shown' };
  }

  async function look({ alertId }: Mark): Promise<Found> {
    const fault = await way.there(`find ${alertId}`);
    if (fault === 'later' || fault === 'lost') return later();
    const message = messages.findLast((each) => each.alertId === alertId);
    await way.back(fault);
    return message ? { is: 'found', ts: message.ts } : { is: 'absent' };
  }

  return {
    post: (_channel, content, mark) => send(content, mark, null) as Promise<Posted>,
    reply: (parent, content, mark) => send(content, mark, parent),
    update: change,
    find: (_channel, mark) => look(mark),
    findReply: (_parent, mark) => look(mark),
  };
}

/** The way of a call to Slack and back, and what goes wrong with it. */
function createWay(stage: Stage, process: Process) {
  const { scheduler, random, faults } = stage;
  function die(): Promise<never> {
    stage.crash(process);
    return new Promise(() => {});
  }
  return {
    async there(what: string): Promise<SlackFault | null> {
      const fault = drawFault(random, faults().slack);
      if (fault) scheduler.note(`${process.name} slack ${what}: ${fault}`);
      if (fault === 'crash_before') await die();
      // What was sent arrives, whatever becomes of the sender.
      await scheduler.wait(random.between(5, 400), null);
      return fault;
    },
    async back(fault: SlackFault | null): Promise<void> {
      if (fault === 'crash_after') await die();
      await scheduler.wait(random.between(5, 200), process);
    },
  };
}
