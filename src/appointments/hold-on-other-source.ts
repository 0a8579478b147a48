import { sourceOf } from '../business-tables.ts';
import { type Db, transaction } from '../database.ts';
import { recordMode } from './installation.ts';

/**
 * Holds a running bot whose appointments come from another table or company than those its records are about: they
 * would all look gone, and their bookings would be cancelled. A person looks and presses Start. To be called before the
 * views change, which other replicas read at once.
 */
export async function holdOnOtherSource(db: Db, now: Date): Promise<void> {
  if (!(await db.schema.hasTable('installation'))) return;
  if (!(await db.schema.hasColumn('installation', 'source'))) return;
  const source = sourceOf(db);
  await transaction(db, async (tx) => {
    const moved = tx('installation').where({ id: 1 }).whereNotNull('source').whereNot({ source });
    if ((await moved.update({ source })) === 0) return;
    if (!(await tx('appointment_syncs').first('appointment_id'))) return;
    await recordMode(tx, { from: 'running', to: 'held', by: 'database-map.yml', now });
  });
}
