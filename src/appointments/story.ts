import type { Db } from '../database.ts';
import { type PastAttempt, readAttempts } from './attempts.ts';
import { type HistoryEntry, readHistoryEntries } from './history.ts';

/** One thing of an appointment's story: somebody did something, or Cal.com was asked for something. */
export type StoryEvent = { is: 'entry'; entry: HistoryEntry } | { is: 'attempt'; attempt: PastAttempt };

export interface StoryPage {
  /** The latest first. */
  events: StoryEvent[];
  /** From 1; the last there is when a later one was asked for. */
  page: number;
  pages: number;
}

/** A page of all that was ever done about an appointment, with every answer as it came. */
export async function readStory(
  db: Db,
  appointmentId: number,
  { page: wanted, size }: { page: number; size: number },
): Promise<StoryPage> {
  const keys = await readKeys(db, appointmentId);
  const pages = Math.max(1, Math.ceil(keys.length / size));
  const page = Math.min(Math.max(1, wanted), pages);
  const shown = keys.slice((page - 1) * size, page * size);
  const idsOf = (is: StoryEvent['is']) => shown.filter((key) => key.is === is).map(({ id }) => id);
  const [entries, attempts] = await Promise.all([
    readHistoryEntries(db, idsOf('entry')),
    readAttempts(db, idsOf('attempt')),
  ]);
  const events = shown.flatMap(({ is, id }): StoryEvent[] => {
    const entry = is === 'entry' ? entries.get(id) : undefined;
    const attempt = is === 'attempt' ? attempts.get(id) : undefined;
    if (entry) return [{ is: 'entry', entry }];
    return attempt ? [{ is: 'attempt', attempt }] : [];
  });
  return { events, page, pages };
}

interface Key {
  is: StoryEvent['is'];
  id: number;
  at: string;
}

/** Everything by its number only: the answers are large. */
async function readKeys(db: Db, appointmentId: number): Promise<Key[]> {
  const own = { appointment_id: appointmentId };
  const [entries, attempts] = await Promise.all([
    db('history').where(own).select('id', 'at'),
    db('sync_attempts').where(own).select('id', 'intent_at as at'),
  ]);
  const keysOf = (is: Key['is'], rows: { id: unknown; at: unknown }[]) =>
    rows.map(({ id, at }): Key => ({ is, id: Number(id), at: String(at) }));
  return [...keysOf('entry', entries), ...keysOf('attempt', attempts)].toSorted(latestFirst);
}

/** At one moment an attempt comes before what came of it. */
function latestFirst(one: Key, other: Key): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.is === other.is ? other.id - one.id : one.is === 'entry' ? -1 : 1;
}
