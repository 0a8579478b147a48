import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';

// Where a booking system's database differs from ours: `database-map.yml`, described in docs/existing-database.md.

/** What a column has to hold. `without` is what stands in for it where it is absent; `null`: it is left out. */
interface Column {
  holds: 'number' | 'text' | 'time' | 'any';
  without?: string | null;
}

/** The booking system's tables, by our names, with every column that the bot reads or writes. */
export const BUSINESS_COLUMNS = {
  appointments: {
    id: { holds: 'number' },
    customer_id: { holds: 'number' },
    service_id: { holds: 'number' },
    staff_id: { holds: 'text' },
    starts_at: { holds: 'time' },
    ends_at: { holds: 'time' },
    status: { holds: 'any' },
    source: { holds: 'text', without: null },
    branch_id: { holds: 'any', without: null },
    created_at: { holds: 'time', without: 'CAST(NULL AS DATETIME(3))' },
    updated_at: { holds: 'time', without: null },
    version: { holds: 'number', without: null },
    calcom_v2_booking_uid: { holds: 'text', without: null },
    calcom_sync_status: { holds: 'any', without: null },
    sync_error_message: { holds: 'any', without: null },
    last_sync_attempt_at: { holds: 'time', without: null },
  },
  customers: {
    id: { holds: 'number' },
    name: { holds: 'text' },
    email: { holds: 'text' },
    phone: { holds: 'text' },
  },
  staff: {
    id: { holds: 'text' },
    name: { holds: 'text' },
    is_active: { holds: 'number', without: '1' },
  },
  services: {
    id: { holds: 'number' },
    name: { holds: 'text' },
    duration_minutes: { holds: 'number' },
  },
  calcom_event_map: {
    service_id: { holds: 'number' },
    staff_id: { holds: 'text' },
    event_type_id: { holds: 'number' },
  },
} satisfies Record<string, Record<string, Column>>;

export type BusinessTable = keyof typeof BUSINESS_COLUMNS;
export const businessTables = Object.keys(BUSINESS_COLUMNS) as BusinessTable[];

export function isBusinessTable(name: string): boolean {
  return name in BUSINESS_COLUMNS;
}

export function columnsOf(table: BusinessTable): [ours: string, column: Column][] {
  return Object.entries(BUSINESS_COLUMNS[table]);
}

/** For each of our words the booking system's, the one that is written first. */
export type Statuses = Record<StatusMeaning, string[]>;
export type StatusMeaning = (typeof meanings)[number];

const meanings = ['booked', 'scheduled', 'confirmed', 'completed', 'cancelled', 'no_show'] as const;

export const OUR_STATUSES: Statuses = {
  booked: ['booked'],
  scheduled: ['scheduled'],
  confirmed: ['confirmed'],
  completed: ['completed'],
  cancelled: ['cancelled', 'canceled'],
  no_show: ['no_show', 'no-show'],
};

export type Value = string | number | boolean;

/** Rows count where each column has one of the values; null: where it is NULL. */
export type Filter = Record<string, Value[] | null>;

export interface TableMap {
  table: string;
  /** Their names by ours, as far as they differ. */
  columns: Record<string, string>;
  filter: Filter;
  /** What a row that the bot inserts needs beside our columns, by their names. */
  insert: Record<string, Value>;
  /** Which rows are composite appointments: the column has one of the values, or (null) has any. */
  composite: { column: string; equals: Value[] | null } | null;
}

export interface DatabaseMap {
  /** Where their tables are, when not in the bot's own database. */
  database: string | null;
  tables: Partial<Record<BusinessTable, TableMap>>;
  statuses: Statuses;
}

export const NO_MAP: DatabaseMap = { database: null, tables: {}, statuses: OUR_STATUSES };

/** Everything that does not fit between the map and the database, one line each. */
export class DatabaseMapError extends Error {
  override readonly name = 'DatabaseMapError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The booking system's tables cannot be used:\n${problems.map((each) => `- ${each}`).join('\n')}`);
    this.problems = problems;
  }
}

// No dot, backtick, space or question mark: such a name would mean something to the query builder.
const name = z.string().regex(/^[\p{L}\p{N}_$-]{1,64}$/u, 'is no usable name of a table or column');
const value = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be a text, a number or true/false',
});
const values = z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(value).min(1));
const word = z.union([z.string().trim().min(1), z.number()], { error: 'must be a word' }).transform(String);
const words = z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(word));

const composite = z
  .strictObject({ column: name, equals: values.optional(), not_null: z.literal(true).optional() })
  .refine(({ equals, not_null }) => (equals === undefined) !== (not_null === undefined), {
    error: 'needs either equals or not_null: true',
  })
  .transform(({ column, equals }) => ({ column, equals: equals ?? null }));

function tableMap(table: BusinessTable) {
  const columns = Object.fromEntries(columnsOf(table).map(([ours]) => [ours, name.optional()]));
  return z
    .strictObject({
      table: name.default(table),
      columns: z.strictObject(columns).default({}),
      filter: z.record(name, z.union([z.null(), values])).default({}),
      insert: z.record(name, value).default({}),
      ...(table === 'appointments' && { composite: composite.optional() }),
    })
    .transform((map) => ({ ...map, composite: ('composite' in map && map.composite) || null }) as TableMap)
    .superRefine(({ filter, insert }, ctx) => {
      for (const [column, constant] of Object.entries(insert)) {
        const wanted = filter[column];
        if (wanted === undefined || wanted?.includes(constant)) continue;
        ctx.addIssue({ code: 'custom', path: ['insert', column], message: 'is not what filter lets pass' });
      }
    });
}

const statuses = z
  .strictObject(Object.fromEntries(meanings.map((meaning) => [meaning, words.optional()])))
  .transform((given) => ({ ...OUR_STATUSES, ...given }) as Statuses)
  .superRefine((given, ctx) => {
    for (const message of wrongWith(given)) ctx.addIssue({ code: 'custom', message });
  });

function wrongWith(given: Statuses): string[] {
  const all = meanings.flatMap((meaning) => given[meaning].map((each) => ({ meaning, key: foldWord(each) })));
  const twice = all.filter(({ key }, at) => all.findIndex((other) => other.key === key) < at);
  return [
    ...twice.map(({ meaning, key }) => `"${key}" stands twice, the second time under ${meaning}`),
    ...(openMeanings.every((meaning) => given[meaning].length === 0) ? ['no word is open'] : []),
    ...(given.cancelled.length === 0 ? ['no word means cancelled; the bot has to write one'] : []),
  ];
}

export const openMeanings = ['booked', 'scheduled', 'confirmed'] as const;
export const closedMeanings = ['completed', 'cancelled', 'no_show'] as const;

/** As MySQL's usual collations compare words: without regard to case and to spaces at the end. */
export function foldWord(text: string): string {
  return text.trimEnd().toLowerCase();
}

const shape = z
  .strictObject({
    database: name.nullable().default(null),
    tables: z.strictObject(
      Object.fromEntries(businessTables.map((table) => [table, tableMap(table).optional()])),
    ),
    statuses: statuses.default(OUR_STATUSES),
  })
  .transform((map) => map as DatabaseMap);

/** Reads what the file says. Throws a DatabaseMapError that lists everything that is wrong with it. */
export function parseDatabaseMap(text: string): DatabaseMap {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new DatabaseMapError(document.errors.map(({ message }) => message.split('\n')[0] ?? ''));
  }
  const result = shape.safeParse(document.toJS());
  if (result.success) return result.data;
  throw new DatabaseMapError(
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`),
  );
}

/** Throws a DatabaseMapError, also when the file cannot be read. */
export function readDatabaseMap(file: string): DatabaseMap {
  return parseDatabaseMap(textOf(file));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DatabaseMapError([`the file cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
