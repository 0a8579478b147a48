import type { Knex } from 'knex';
import { createIndexIfAbsent, dropIndexIfThere, hasIndex } from '../src/indexes.ts';

// Who stands in the way is looked for by person and time, before each booking.
const PUSHED = {
  ...{ name: 'appointment_syncs_pushed_staff', withoutNull: true },
  columns: ['pushed_staff_id', 'pushed_start'],
};
const PLANNED = { name: 'appointments_staff', columns: ['staff_id', 'starts_at'] };

export async function up(db: Knex): Promise<void> {
  await createIndexIfAbsent(db, 'appointment_syncs', PUSHED);
  // Only the table that these migrations made has this key: the booking system's own is not touched.
  if (await hasIndex(db, 'appointments', 'appointments_no_duplicate'))
    await createIndexIfAbsent(db, 'appointments', PLANNED);
}

export async function down(db: Knex): Promise<void> {
  await dropIndexIfThere(db, 'appointment_syncs', PUSHED.name);
  await dropIndexIfThere(db, 'appointments', PLANNED.name);
}
