import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { meaningOf } from '../src/appointments/statuses.ts';
import { DatabaseMapError, OUR_STATUSES, parseDatabaseMap, readDatabaseMap } from '../src/database-map.ts';

function problemsOf(text: string): string[] {
  try {
    parseDatabaseMap(text);
  } catch (error) {
    assert.ok(error instanceof DatabaseMapError);
    for (const problem of error.problems) assert.ok(error.message.includes(problem));
    return error.problems;
  }
  return [];
}

describe('a database map', () => {
  it('names tables, columns, the rows that count, and what a new row needs', () => {
    const map = parseDatabaseMap(`
database: salon
tables:
  appointments:
    table: termine
    columns: { id: termin_nr, starts_at: beginn }
    filter: { company_id: 7, branch: [1, "O'Brien"], deleted_at: null }
    insert: { company_id: 7, channel: bot }
    composite: { column: parent_id, not_null: true }
  staff: {}
statuses: { booked: [gebucht, reserviert], cancelled: 0, no_show: [] }
`);
    assert.equal(map.database, 'salon');
    assert.deepEqual(map.tables.appointments, {
      table: 'termine',
      columns: { id: 'termin_nr', starts_at: 'beginn' },
      filter: { company_id: [7], branch: [1, "O'Brien"], deleted_at: null },
      insert: { company_id: 7, channel: 'bot' },
      composite: { column: 'parent_id', equals: null },
    });
    assert.deepEqual(map.tables.staff, {
      table: 'staff',
      columns: {},
      filter: {},
      insert: {},
      composite: null,
    });
    assert.equal(map.tables.customers, undefined);
    assert.deepEqual(map.statuses, {
      ...OUR_STATUSES,
      booked: ['gebucht', 'reserviert'],
      cancelled: ['0'],
      no_show: [],
    });
  });

  it('is refused with every problem at once, each with its place', () => {
    const problems = problemsOf(`
databse: salon
tables:
  termine: {}
  appointments:
    columns: { start: beginn, id: "a.b", starts_at: "x\`y" }
    filter: { company_id: [], since: { a: 1 } }
    insert: { company_id: null }
    composite: { column: teil }
  customers: { filter: { company_id: [7, 8] }, insert: { company_id: 9 }, composite: { column: x, equals: 1 } }
statuses: { booked: [a, b], scheduled: [B], confirmed: [], cancelled: [], moved: c }
`);
    const places = problems.map((problem) => problem.slice(0, problem.indexOf(': ')));
    assert.deepEqual(places.toSorted(), [
      'statuses',
      'statuses',
      'statuses',
      'tables',
      'tables.appointments.columns',
      'tables.appointments.columns.id',
      'tables.appointments.columns.starts_at',
      'tables.appointments.composite',
      'tables.appointments.filter.company_id',
      'tables.appointments.filter.since',
      'tables.appointments.insert.company_id',
      'tables.customers',
      'tables.customers.insert.company_id',
      'the file',
    ]);
    assert.match(problems.join('\n'), /Unrecognized key: "databse"/);
  });

  it('is refused when its status words contradict each other or leave a gap', () => {
    const tables = 'tables: {}\n';
    assert.deepEqual(problemsOf(`${tables}statuses: { booked: [a, Weg], cancelled: "weg " }`), [
      'statuses: "weg" stands twice, the second time under cancelled',
    ]);
    assert.deepEqual(problemsOf(`${tables}statuses: { booked: canceled }`), [
      'statuses: "canceled" stands twice, the second time under cancelled',
    ]);
    assert.deepEqual(
      problemsOf(`${tables}statuses: { booked: [], scheduled: [], confirmed: [], cancelled: [] }`),
      ['statuses: no word is open', 'statuses: no word means cancelled; the bot has to write one'],
    );
    assert.deepEqual(
      problemsOf('tables: { staff: { filter: { company_id: [7, 8] }, insert: { company_id: 9 } } }'),
      ['tables.staff.insert.company_id: is not what filter lets pass'],
    );
  });

  it('is refused when it is empty, no YAML, or not there', () => {
    assert.match(problemsOf('').join(), /^the file: /);
    assert.match(problemsOf('tables: [').join(), /Flow sequence/);
    assert.match(problemsOf('tables: {}\ntables: {}').join(), /unique/);
    assert.throws(() => readDatabaseMap(path.join(tmpdir(), 'no-such-map.yml')), /cannot be read \(ENOENT\)/);
  });

  it('takes the example as it is', () => {
    const example = readFileSync(new URL('../database-map.example.yml', import.meta.url), 'utf8');
    assert.equal(parseDatabaseMap(example).tables.appointments?.table, 'termine');
  });
});

describe('a status', () => {
  it('means what the map says, without regard to case and to spaces at the end', () => {
    for (const word of ['booked', 'Booked', 'BOOKED  '])
      assert.equal(meaningOf(word, OUR_STATUSES), 'booked', word);
    assert.deepEqual(
      ['no-show', 'no_show', 'canceled', 'cancelled', 'deleted', ''].map((word) =>
        meaningOf(word, OUR_STATUSES),
      ),
      ['no_show', 'no_show', 'cancelled', 'cancelled', null, null],
    );
  });
});
