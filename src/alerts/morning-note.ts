import { DateTime } from 'luxon';
import { type Db, isDuplicateKey, transaction } from '../database.ts';
import { addMs, DAY, fromSqlInstant, toSqlInstant } from '../instant.ts';
import { type Content, content } from './content.ts';
import type { QuietPeriod } from './quiet-hours.ts';
import type { Voice } from './voice.ts';

const CLEARED_SHOWN_MAX = 10;
// A night and the morning until which its note may come.
const HELD_MS_MAX = 2 * DAY;

/**
 * Raises one note about what the quiet hours held back, unless nothing was. Each such morning has one, however many
 * replicas come to it. What it tells is settled here: it says the same when it is rendered again.
 */
export async function raiseMorningNote(
  db: Db,
  { period, timeZone, now }: { period: QuietPeriod; timeZone: string; now: Date },
): Promise<void> {
  const day = DateTime.fromJSDate(period.until, { zone: timeZone }).toFormat('yyyy-MM-dd');
  const subject = `morning:${day}`;
  if (await db('alerts').where({ open_subject: subject }).first('id')) return;
  if (!(await heldBack(db, period).first('id'))) return;
  const at = toSqlInstant(now);
  try {
    await transaction(db, async (tx) => {
      await tx('alerts').insert({ subject, open_subject: subject, raised_at: at, deliver_at: at });
      await heldBack(tx, period).update({ held_until: at });
    });
  } catch (error) {
    // Another replica was as fast.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** What fired and was not told: it stands open and comes now, or it has cleared and does not come at all. */
function heldBack(db: Db, { from, until }: Pick<QuietPeriod, 'from' | 'until'>) {
  return db('alerts')
    .whereNull('ts')
    .whereNull('post_intent_at')
    .whereNull('thread_of')
    .whereNotNull('appointment_id')
    .where('raised_at', '>=', toSqlInstant(from))
    .where('raised_at', '<', toSqlInstant(until));
}

/** What the quiet hours had held back when they were over. An appointment that failed again is open. */
export interface HeldBack {
  open: number;
  cleared: { appointmentId: number; resolution: string }[];
}

/** `toldAt`: when the note was raised. */
export async function readHeldBack(db: Db, toldAt: Date): Promise<HeldBack> {
  const at = toSqlInstant(toldAt);
  const rows = await db('alerts')
    .where({ held_until: at })
    .where('raised_at', '>=', toSqlInstant(addMs(toldAt, -HELD_MS_MAX)))
    .orderBy(['raised_at', 'id'])
    .select('appointment_id', 'resolved_at', 'resolution');
  const last = new Map(rows.map((row) => [Number(row.appointment_id), row]));
  const wasOver = ({ resolved_at: endedAt }: { resolved_at: string | null }) =>
    endedAt !== null && fromSqlInstant(endedAt) <= toldAt;
  const cleared = [...last].filter(([, row]) => wasOver(row));
  return {
    open: last.size - cleared.length,
    cleared: cleared.map(([appointmentId, { resolution }]) => ({ appointmentId, resolution })),
  };
}

export function morningContent(
  { from, until, open, cleared }: HeldBack & Pick<QuietPeriod, 'from' | 'until'>,
  voice: Voice,
): Content {
  const { morning: texts } = voice.texts.upkeep;
  const { endings, endedSomehow } = voice.texts.appointment;
  const items = cleared
    .slice(0, CLEARED_SHOWN_MAX)
    .map(({ appointmentId, resolution }) => `#${appointmentId}: ${endings[resolution] ?? endedSomehow}`);
  const more = cleared.length - items.length;
  return content({
    tone: 'notice',
    headline: texts.headline(voice.shortDate(from), voice.shortDate(until)),
    paragraphs: [
      texts.fired(open + cleared.length, open, cleared.length),
      ...(open > 0 ? [texts.openFollow] : []),
    ],
    items: more > 0 ? [...items, texts.more(more)] : items,
  });
}
