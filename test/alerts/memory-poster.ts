import type { Content } from '../../src/alerts/content.ts';
import type { Found, Posted, Poster, Updated } from '../../src/alerts/poster.ts';

interface Shown {
  ts: string;
  channel: string;
  /** The message above it. */
  threadTs: string | null;
  alertId: number;
  contents: Content[];
}

type Told = { alertId: number; threadTs?: string | null };

/** A channel in memory, whose next answers can be set. */
export function createMemoryPoster() {
  const shown: Shown[] = [];
  const posts: (Posted | 'lands_unclear')[] = [];
  const updates: Updated[] = [];
  const finds: Found[] = [];
  const calls: string[] = [];
  let duringPost: () => Promise<unknown> = async () => {};
  const show = (channel: string, content: Content, { alertId, threadTs = null }: Told) => {
    const message = { ts: `${shown.length + 1}.000000`, channel, threadTs, alertId, contents: [content] };
    shown.push(message);
    return message.ts;
  };
  async function send(channel: string, content: Content, told: Told): Promise<Posted> {
    calls.push(`${told.threadTs ? 'reply' : 'post'} ${told.alertId}`);
    await duringPost();
    const answer = posts.shift();
    if (answer === 'lands_unclear') show(channel, content, told);
    if (answer) return answer === 'lands_unclear' ? { is: 'unclear' } : answer;
    return { is: 'shown', ts: show(channel, content, told) };
  }
  async function look(channel: string, { alertId, threadTs = null }: Told): Promise<Found> {
    calls.push(`find ${alertId}`);
    const answer = finds.shift();
    if (answer) return answer;
    const message = shown.findLast(
      (one) => one.channel === channel && one.threadTs === threadTs && one.alertId === alertId,
    );
    return message ? { is: 'found', ts: message.ts } : { is: 'absent' };
  }
  const poster: Poster = {
    post: (channel, content, mark) => send(channel, content, mark),
    async reply({ channel, ts }, content, mark) {
      const isThere = shown.some((one) => one.channel === channel && one.ts === ts);
      return isThere ? send(channel, content, { ...mark, threadTs: ts }) : { is: 'gone' };
    },
    async update({ channel, ts }, content) {
      calls.push(`update ${ts}`);
      const answer = updates.shift();
      if (answer) return answer;
      const message = shown.find((one) => one.channel === channel && one.ts === ts);
      if (!message) return { is: 'gone' };
      message.contents.push(content);
      return { is: 'shown' };
    },
    find: (channel, mark) => look(channel, mark),
    findReply: ({ channel, ts }, mark) => look(channel, { ...mark, threadTs: ts }),
  };
  return {
    poster,
    shown,
    posts,
    updates,
    finds,
    calls,
    whilePosting(work: () => Promise<unknown>) {
      duringPost = work;
    },
  };
}
