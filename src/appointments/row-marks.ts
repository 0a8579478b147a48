import type { Db, Tx } from '../database.ts';
import { toSqlInstant } from '../instant.ts';

/** What the booking system notes of every change to an appointment, as far as it has columns for it. */
export interface RowMarks {
  hasUpdatedAt: boolean;
  hasVersion: boolean;
}

export async function readRowMarks(db: Db): Promise<RowMarks> {
  const columns = await db('appointments').columnInfo();
  return { hasUpdatedAt: 'updated_at' in columns, hasVersion: 'version' in columns };
}

/** The columns that go with a change to an appointment. */
export function markedAt(tx: Tx, { hasUpdatedAt, hasVersion }: RowMarks, now: Date): Record<string, unknown> {
  return {
    ...(hasUpdatedAt && { updated_at: toSqlInstant(now) }),
    ...(hasVersion && { version: tx.raw('version + 1') }),
  };
}
