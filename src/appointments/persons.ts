import type { Db } from '../database.ts';
import { together } from '../together.ts';

/** Which staff records are one human. */
export interface Persons {
  /** The person behind a staff record; the record's own id when nobody has grouped it yet. */
  personOf(staffId: string): string;
  /** All staff records of the person behind this one, itself first. */
  recordsOf(staffId: string): string[];
}

export async function readPersons(db: Db): Promise<Persons> {
  const rows: { staff_id: string; person_id: string }[] = await db('staff_persons')
    .orderBy('staff_id')
    .select('staff_id', 'person_id');
  const personOfStaff = new Map(rows.map((row) => [row.staff_id, row.person_id]));
  const personOf = (staffId: string) => personOfStaff.get(staffId) ?? staffId;
  return {
    personOf,
    recordsOf(staffId) {
      const person = personOf(staffId);
      const others = rows.filter((row) => row.person_id === person && row.staff_id !== staffId);
      return [staffId, ...others.map((row) => row.staff_id)];
    },
  };
}

/** Who does the appointment, with all staff records of that human. */
export interface Human {
  personId: string | null;
  staffIds: string[];
}

export const readHuman = together(async (db, staffIds: (string | null)[]): Promise<Human[]> => {
  const persons = await readPersons(db);
  return staffIds.map((staffId) =>
    staffId === null
      ? { personId: null, staffIds: [] }
      : { personId: persons.personOf(staffId), staffIds: persons.recordsOf(staffId) },
  );
});
