import type { Db } from '../database.ts';

export interface StoredCustomer {
  id: number;
  name: string;
  email: string | null;
  phone: string | null;
}

/** Eight digits at the end are the same in every way to write a number, and few numbers share them. */
const PHONE_END = 8;
const PHONE_SIGNS = [' ', '-', '/', '.', '(', ')', '\u00a0'];
const CUSTOMERS_MAX = 50;

/**
 * Customers who may have this phone (in international form) or e-mail, the oldest first; the caller looks closer. Reads
 * through the whole table in one query, since the booking system writes numbers as it likes and no index can find them;
 * only what fits leaves the database.
 */
export async function readLikelyCustomers(
  db: Db,
  { phone, email }: { phone: string | null; email: string | null },
): Promise<StoredCustomer[]> {
  if (phone === null && email === null) return [];
  const rows = await db('customers')
    .where((either) => {
      if (email !== null) either.orWhereRaw('LOWER(email) = ?', [email.toLowerCase()]);
      if (phone !== null)
        either.orWhereRaw(`${withoutSigns('phone')} LIKE ?`, [...PHONE_SIGNS, `%${phone.slice(-PHONE_END)}`]);
    })
    .orderBy('id')
    .limit(CUSTOMERS_MAX)
    .select('id', 'name', 'email', 'phone');
  return rows.map((row: Record<string, unknown>) => ({
    id: Number(row.id),
    name: String(row.name ?? ''),
    email: row.email as string | null,
    phone: row.phone as string | null,
  }));
}

function withoutSigns(column: string): string {
  return PHONE_SIGNS.reduce((sql) => `REPLACE(${sql}, ?, '')`, column);
}
