import { type Db, isDuplicateKey } from '../database.ts';
import { addMs, DAY, fromSqlInstant, fromSqlInstantOrNull, toSqlInstant } from '../instant.ts';
import { type HomeFilter, homeFilters } from './home-list.ts';

/** What a person chose to see of the list; pages count from 1. */
export interface HomeChoice {
  filter: HomeFilter;
  page: number;
}

/** An App Home that somebody opened lately. */
export interface OpenedHome extends HomeChoice {
  userId: string;
  openedAt: Date;
  revision: number;
  publishedAt: Date | null;
  /** Fingerprint of what is shown; null when that is not known. */
  shownHash: string | null;
  /** Slack's word for the view that is shown; null when that is not known. */
  viewHash: string | null;
}

const FIRST_CHOICE: HomeChoice = { filter: 'failed', page: 1 };
const FORGOTTEN_MS = DAY;

/** Notes that the person opened it or, with a choice, turned to something else; what was chosen before stays. */
export async function recordOpened(
  db: Db,
  userId: string,
  choice: Partial<HomeChoice>,
  now: Date,
): Promise<OpenedHome> {
  const openedAt = toSqlInstant(now);
  const change = { ...choice, opened_at: openedAt, revision: db.raw('revision + 1') };
  if ((await db('opened_homes').where({ user_id: userId }).update(change)) === 0) {
    const row = { user_id: userId, opened_at: openedAt, ...FIRST_CHOICE, ...choice, revision: 1 };
    try {
      await db('opened_homes').insert(row);
    } catch (error) {
      // The same person, at the same moment, on another device.
      if (!isDuplicateKey(error)) throw error;
      await db('opened_homes').where({ user_id: userId }).update(change);
    }
  }
  const opened = await readOpenedHome(db, userId);
  if (!opened) throw new Error('an App Home that was just opened is not there');
  return opened;
}

export async function readOpenedHome(db: Db, userId: string): Promise<OpenedHome | null> {
  const row = await db('opened_homes').where({ user_id: userId }).first();
  return row ? toOpenedHome(row) : null;
}

/** What was opened lately; what waits longest comes first. */
export async function readOpenedHomes(db: Db): Promise<OpenedHome[]> {
  const rows = await db('opened_homes').orderBy(['published_at', 'user_id']);
  return rows.map(toOpenedHome);
}

/** Forgets who has not opened it for a day. */
export async function forgetOldHomes(db: Db, now: Date): Promise<void> {
  await db('opened_homes')
    .where('opened_at', '<', toSqlInstant(addMs(now, -FORGOTTEN_MS)))
    .delete();
}

/** False when the person has turned to something else meanwhile. */
export async function recordPublished(
  db: Db,
  { userId, revision }: OpenedHome,
  shown: { now: Date; shownHash: string; viewHash: string | null },
): Promise<boolean> {
  const updated = await db('opened_homes')
    .where({ user_id: userId, revision })
    .update({
      published_at: toSqlInstant(shown.now),
      shown_hash: shown.shownHash,
      view_hash: shown.viewHash,
    });
  return updated === 1;
}

/** Nobody knows what is shown: it is published again, whatever it is. */
export async function forgetShown(db: Db, { userId, revision }: OpenedHome): Promise<void> {
  await db('opened_homes').where({ user_id: userId, revision }).update({ shown_hash: null, view_hash: null });
}

/** Slack knows the person no more. */
export async function forgetHome(db: Db, userId: string): Promise<void> {
  await db('opened_homes').where({ user_id: userId }).delete();
}

function toOpenedHome(row: Record<string, unknown>): OpenedHome {
  return {
    userId: String(row.user_id),
    openedAt: fromSqlInstant(String(row.opened_at)),
    filter: homeFilters.find((known) => known === row.filter) ?? FIRST_CHOICE.filter,
    page: Number(row.page),
    revision: Number(row.revision),
    publishedAt: fromSqlInstantOrNull(row.published_at as string | null),
    shownHash: row.shown_hash as string | null,
    viewHash: row.view_hash as string | null,
  };
}
