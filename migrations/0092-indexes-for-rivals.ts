import type { Knex } from 'knex';
import { described } from '../src/business-tables.ts';
import { isSqlite } from '../src/database.ts';

const OURS = 'appointment_syncs';

// Who stands in the way is looked for by person and time, before each booking.
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable(OURS, (table) => {
    table.index(['pushed_staff_id', 'pushed_start'], 'appointment_syncs_pushed_staff');
    table.index(['open_attempt_id'], 'appointment_syncs_open_attempt');
  });
  if (await isOurOwn(db)) {
    await db.schema.alterTable('appointments', (table) => {
      table.index(['staff_id', 'starts_at'], 'appointments_staff');
    });
  }
}

/** Only the table that these migrations made has this key: the booking system's own is not touched. */
async function isOurOwn(db: Knex): Promise<boolean> {
  const key = 'appointments_no_duplicate';
  const found = isSqlite(db)
    ? await db('sqlite_master').where({ type: 'index', name: key }).first('name')
    : await described(db, 'statistics', { database: null, name: 'appointments' })
        .where({ index_name: key })
        .first({ name: 'index_name' });
  return found !== undefined;
}

export async function down(db: Knex): Promise<void> {
  await db.schema.alterTable(OURS, (table) => {
    table.dropIndex([], 'appointment_syncs_pushed_staff');
    table.dropIndex([], 'appointment_syncs_open_attempt');
  });
}
