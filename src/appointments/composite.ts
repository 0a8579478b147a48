import type { Knex } from 'knex';
import { businessOf, COMPOSITE_COLUMN } from '../business-tables.ts';
import type { Db } from '../database.ts';

// An appointment of several parts, which the bot cannot book: never half, so not at all.

/** Selects, for `isComposite`, what the booking system says of the row under the alias `a`. */
export function compositeColumns(db: Db): string[] {
  return businessOf(db).hasComposite ? [`a.${COMPOSITE_COLUMN}`] : [];
}

export function isComposite(row: Record<string, unknown>): boolean {
  return Number(row[COMPOSITE_COLUMN] ?? 0) === 1;
}

/** Leaves composite appointments out of a query on `appointments`, under the alias `a`. */
export function whereSimple(db: Db, query: Knex.QueryBuilder): void {
  if (businessOf(db).hasComposite) query.where(`a.${COMPOSITE_COLUMN}`, 0);
}

export async function readIsComposite(db: Db, appointmentId: number): Promise<boolean> {
  if (!businessOf(db).hasComposite) return false;
  const row = await db('appointments as a').where({ 'a.id': appointmentId }).first(`a.${COMPOSITE_COLUMN}`);
  return row !== undefined && isComposite(row);
}
