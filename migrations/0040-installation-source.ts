import type { Knex } from 'knex';
import { sourceOf } from '../src/business-tables.ts';

export async function up(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('installation', 'source'))) {
    await db.schema.alterTable('installation', (table) => {
      // Which appointments the records are about: another table or company must not look like all of them gone.
      table.string('source', 64).nullable();
    });
  }
  await db('installation')
    .where({ id: 1 })
    .whereNull('source')
    .update({ source: sourceOf(db) });
}

export async function down(db: Knex): Promise<void> {
  if (!(await db.schema.hasColumn('installation', 'source'))) return;
  await db.schema.alterTable('installation', (table) => {
    table.dropColumn('source');
  });
}
