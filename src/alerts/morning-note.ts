import { DateTime } from 'luxon';
import { type Db, isDuplicateKey } from '../database.ts';
import { toSqlInstant } from '../instant.ts';
import { type Content, content } from './content.ts';
import type { QuietPeriod } from './quiet-hours.ts';
import type { Voice } from './voice.ts';

const CLEARED_SHOWN_MAX = 10;

/**
 * Raises one note about what the quiet hours held back, unless nothing was. Each such morning has one, however many
 * replicas come to it.
 */
export async function raiseMorningNote(
  db: Db,
  { period, timeZone, now }: { period: QuietPeriod; timeZone: string; now: Date },
): Promise<void> {
  const day = DateTime.fromJSDate(period.until, { zone: timeZone }).toFormat('yyyy-MM-dd');
  const subject = `morning:${day}`;
  if (await db('alerts').where({ open_subject: subject }).first('id')) return;
  const { open, cleared, outages } = await readNight(db, period);
  if (open + cleared.length + outages === 0) return;
  const at = toSqlInstant(now);
  try {
    await db('alerts').insert({ subject, open_subject: subject, raised_at: at, deliver_at: at });
  } catch (error) {
    // Another replica was as fast.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** What fired and was not told: it stands open and comes now, or it has cleared and does not come at all. */
function heldBack(db: Db, { from, until }: Pick<QuietPeriod, 'from' | 'until'>) {
  return db('alerts')
    .whereNull('ts')
    .whereNull('thread_of')
    .where('raised_at', '>=', toSqlInstant(from))
    .where('raised_at', '<', toSqlInstant(until));
}

/** What the quiet hours held back about appointments, and how often Cal.com was away. */
export interface Night extends Pick<QuietPeriod, 'from' | 'until'> {
  open: number;
  cleared: { appointmentId: number; resolution: string }[];
  outages: number;
}

export async function readNight(db: Db, period: Pick<QuietPeriod, 'from' | 'until'>): Promise<Night> {
  const rows = await heldBack(db, period)
    .orderBy('id')
    .select('subject', 'appointment_id', 'resolved_at', 'resolution');
  const about = rows.filter(({ appointment_id: id }) => id !== null);
  const isOver = ({ resolved_at: at }: { resolved_at: unknown }) => at !== null;
  return {
    ...period,
    open: about.filter((row) => !isOver(row)).length,
    cleared: about
      .filter(isOver)
      .map(({ appointment_id: id, resolution }) => ({ appointmentId: Number(id), resolution })),
    outages: rows.filter((row) => row.subject === 'incident:calcom' && isOver(row)).length,
  };
}

export function morningContent({ from, until, open, cleared, outages }: Night, voice: Voice): Content {
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
      ...(outages > 0 ? [texts.outages(outages)] : []),
    ],
    items: more > 0 ? [...items, texts.more(more)] : items,
  });
}
