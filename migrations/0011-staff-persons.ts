import type { Knex } from 'knex';
import { createTableIfAbsent } from '../src/database.ts';

export async function up(db: Knex): Promise<void> {
  await createTableIfAbsent(db, 'staff_persons', (table) => {
    table.specificType('staff_id', 'char(36)').notNullable().primary();
    // The smallest staff id of the group stands for the person.
    table.specificType('person_id', 'char(36)').notNullable();
    table.index(['person_id'], 'staff_persons_person');
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTableIfExists('staff_persons');
}
