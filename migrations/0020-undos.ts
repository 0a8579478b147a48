import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'undos', (table) => {
    table.bigIncrements('id');
    // What may be taken back as one: `cleanup:7` (a run), `plan:3`, `change:41` (an entry of the history).
    table.string('subject', 64).notNullable();
    // When it was complete; NULL while it goes on.
    table.datetime('done_at', { precision: 3 }).nullable();
    table.datetime('asked_at', { precision: 3 }).nullable();
    table.string('asked_by', 64).nullable();
    table.datetime('ended_at', { precision: 3 }).nullable();
    table.unique(['subject'], { indexName: 'undos_subject' });
    table.index(['asked_at'], 'undos_asked');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('undos');
}
