import { readFailedIds, readUndecidedIds } from '../appointments/failures.ts';
import { appendHistory } from '../appointments/history.ts';
import { readInstallation } from '../appointments/installation.ts';
import { noticeDifferences } from '../appointments/notice.ts';
import { wakeRecords } from '../appointments/wake.ts';
import { type Db, transaction } from '../database.ts';

export interface AskedAgain {
  woken: number[];
  /** No such appointment. */
  unknown: number[];
  /** Closed or past: there is nothing to sync. */
  nothingToDo: number[];
}

const BATCH = 500;

/**
 * Tries appointments again because a person asks: given ids, all that failed, or `all` that is not in step (after
 * comparing everything). Asked ones are claimed before all others.
 */
export async function askAgain(
  db: Db,
  { which, actor, now }: { which: number[] | 'failed' | 'all'; actor: string; now: Date },
): Promise<AskedAgain> {
  // While the bot is held, or has not imported yet, no record may appear: it would hide since when a row waits.
  if ((await readInstallation(db)).mode === 'running') await noticeDifferences(db, now);
  const asked =
    which === 'failed'
      ? await readFailedIds(db, now)
      : which === 'all'
        ? await readUndecidedIds(db, now)
        : which;
  const known = await readKnown(db, asked);
  const woken = asked.filter((id) => known.get(id) === 'live');
  for (let from = 0; from < woken.length; from += BATCH) {
    const ids = woken.slice(from, from + BATCH);
    await transaction(db, async (tx) => {
      if ((await wakeRecords(tx, ids, { now, asked: true })) === 0) return;
      await appendHistory(
        tx,
        ...ids.map((id) => ({ appointmentId: id, at: now, actor, action: 'asked_again' as const })),
      );
    });
  }
  return {
    woken,
    unknown: asked.filter((id) => !known.has(id)),
    nothingToDo: asked.filter((id) => known.get(id) === 'at_rest'),
  };
}

async function readKnown(db: Db, ids: number[]): Promise<Map<number, 'live' | 'at_rest'>> {
  const known = new Map<number, 'live' | 'at_rest'>();
  for (let from = 0; from < ids.length; from += BATCH) {
    const rows = await db('appointments as a')
      .leftJoin('appointment_syncs as s', 's.appointment_id', 'a.id')
      .whereIn('a.id', ids.slice(from, from + BATCH))
      .select('a.id', 's.state');
    for (const row of rows) {
      known.set(Number(row.id), row.state === null || row.state === 'closed' ? 'at_rest' : 'live');
    }
  }
  return known;
}
