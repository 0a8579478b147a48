import { type PastRow, pastRowsToClose } from '../../src/appointments/past-rows.ts';
import type { Db } from '../../src/database.ts';

/** Everything that a first cleanup may close. */
export async function readPastRowsToClose(db: Db, over: { now: Date; cutoff: Date }): Promise<PastRow[]> {
  const rows: PastRow[] = [];
  for await (const page of pastRowsToClose(db, { ...over, since: null, limit: 10 })) rows.push(...page);
  return rows;
}
