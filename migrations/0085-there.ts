import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('appointment_syncs', 'look_uid')) return;
  await db.schema.alterTable('appointment_syncs', (table) => {
    // Cal.com's user who hosted the booking when it was pushed; NULL in the rows of before.
    table.bigInteger('pushed_host_id').nullable();
    // The booking that is to be read, and not before when.
    table.string('look_uid', 128).nullable();
    table.datetime('look_at', { precision: 3 }).nullable();
    // JSON: what stands in Cal.com while the two sides differ, or what stood there until it was cancelled.
    table.text('there').nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('appointment_syncs', 'look_uid'))) return;
  await db.schema.alterTable('appointment_syncs', (table) => {
    table.dropColumns('pushed_host_id', 'look_uid', 'look_at', 'there');
  });
}
