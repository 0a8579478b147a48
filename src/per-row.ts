import type { Knex } from 'knex';
import type { Tx } from './database.ts';

/**
 * A value for one statement that writes several rows: what each row gets, by the number in `column`. A value that all
 * of them share stands for itself.
 */
export function perRow(tx: Tx, column: string, values: Map<number, unknown>): Knex.Value | Knex.Raw {
  const [first, ...others] = values.values();
  if (others.every((value) => isSame(value, first))) return first as Knex.Value;
  const cases = [...values].map(() => 'WHEN ? THEN ?').join(' ');
  return tx.raw(`CASE ?? ${cases} END`, [column, ...[...values].flat()] as Knex.RawBinding[]);
}

/** Two pieces of SQL are the same when they read alike. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || (isRaw(one) && isRaw(other) && one.toString() === other.toString());
}

function isRaw(value: unknown): value is Knex.Raw {
  return typeof value === 'object' && value !== null && 'toSQL' in value;
}
