import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('appointment_syncs', 'failure_evidence')) return;
  await db.schema.alterTable('appointment_syncs', (table) => {
    table.text('failure_evidence').nullable();
  });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('appointment_syncs', 'failure_evidence'))) return;
  await db.schema.alterTable('appointment_syncs', (table) => {
    table.dropColumn('failure_evidence');
  });
}
