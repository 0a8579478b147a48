import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('appointment_syncs', 'snoozed_until'))) {
    await db.schema.alterTable('appointment_syncs', (table) => {
      table.datetime('snoozed_until', { precision: 3 }).nullable();
      table.string('snoozed_by', 64).nullable();
      table.index(['snoozed_until'], 'appointment_syncs_snoozed');
    });
  }
  if (!(await db.schema.hasColumn('alerts', 'reminded_before_ms'))) {
    await db.schema.alterTable('alerts', (table) => {
      // The last reminder that was raised, by its time before the start.
      table.bigInteger('reminded_before_ms').nullable();
      // What it was about is told no more.
      table.boolean('is_redacted').notNullable().defaultTo(false);
      table.index(['raised_at'], 'alerts_raised');
    });
  }
}

export async function down(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('appointment_syncs', 'snoozed_until')) {
    await db.schema.alterTable('appointment_syncs', (table) => {
      table.dropIndex(['snoozed_until'], 'appointment_syncs_snoozed');
      table.dropColumn('snoozed_until');
      table.dropColumn('snoozed_by');
    });
  }
  if (await db.schema.hasColumn('alerts', 'reminded_before_ms')) {
    await db.schema.alterTable('alerts', (table) => {
      table.dropIndex(['raised_at'], 'alerts_raised');
      table.dropColumn('reminded_before_ms');
      table.dropColumn('is_redacted');
    });
  }
}
