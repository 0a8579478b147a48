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
  if (!(await heldBack(db, period).first('id'))) return;
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

export async function morningContent(
  db: Db,
  period: Pick<QuietPeriod, 'from' | 'until'>,
  voice: Voice,
): Promise<Content> {
  const { morning: texts } = voice.texts.upkeep;
  const rows = await heldBack(db, period)
    .whereNotNull('appointment_id')
    .orderBy('id')
    .select('appointment_id', 'resolved_at', 'resolution');
  const cleared = rows.filter(({ resolved_at: at }) => at !== null);
  const incidents = await db('alerts')
    .where({ subject: 'incident:calcom' })
    .where('raised_at', '>=', toSqlInstant(period.from))
    .where('raised_at', '<', toSqlInstant(period.until))
    .whereNull('ts')
    .whereNotNull('resolved_at')
    .count({ rows: '*' })
    .first();
  const outages = Number(incidents?.rows ?? 0);
  const { endings, endedSomehow } = voice.texts.appointment;
  const items = cleared
    .slice(0, CLEARED_SHOWN_MAX)
    .map(({ appointment_id: id, resolution }) => `#${id}: ${endings[resolution] ?? endedSomehow}`);
  const more = cleared.length - items.length;
  return content({
    tone: 'notice',
    headline: texts.headline(voice.shortDate(period.from), voice.shortDate(period.until)),
    paragraphs: [
      texts.fired(rows.length, rows.length - cleared.length, cleared.length),
      ...(outages > 0 ? [texts.outages(outages)] : []),
    ],
    items: more > 0 ? [...items, texts.more(more)] : items,
  });
}
