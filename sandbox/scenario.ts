// The scenario file: reading it, everything that can be wrong with it, and what a reader of it gets.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import * as shape from './scenario-shape.ts';

export type CustomerRow = z.infer<typeof shape.customer>;
export type StaffRow = z.infer<typeof shape.staffMember>;
export type ServiceRow = z.infer<typeof shape.service>;
export type EventMapRow = z.infer<typeof shape.eventMapEntry>;
export type AppointmentRow = ParsedAppointment & { ends_at: Date };
export type PlanStep = z.infer<typeof shape.planStep>;
export type InsertStep = { do: 'insert'; customers: CustomerRow[]; appointments: AppointmentRow[] };
export type UpdateStep = z.infer<typeof shape.updateStep>;
export type Step = Exclude<ParsedScenario['steps'][number], { do: 'insert' }> | InsertStep;
export type Figures = z.infer<typeof shape.figures>;
export type Ended = z.infer<typeof shape.ended>;
export type Expectations = z.infer<typeof shape.expectations>;
type ParsedAppointment = z.infer<typeof shape.appointment>;
type ParsedScenario = z.infer<typeof shape.scenarioShape>;

/** A scenario with every default filled in; instants are Dates, except inside `calcom`. */
export type Scenario = Omit<ParsedScenario, 'appointments' | 'steps'> & {
  appointments: AppointmentRow[];
  steps: Step[];
};

/** A scenario that cannot be played; `problems` names each fault with its path. */
export class ScenarioError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`this is no scenario:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** Reads a scenario file. Throws a ScenarioError, or the file system's error when there is no such file. */
export function readScenario(file: string): Scenario {
  const text = readFileSync(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError([`the file is not JSON: ${(error as SyntaxError).message}`]);
  }
  return parseScenario(value);
}

/** Checks a scenario file's content. Throws a ScenarioError with all its problems. */
export function parseScenario(value: unknown): Scenario {
  const parsed = shape.scenarioShape.safeParse(value);
  const problems = (parsed.error?.issues ?? []).map(
    ({ path, message }) => `${z.core.toDotPath(path) || 'the file'}: ${message}`,
  );
  problems.push(...contradictions(value));
  if (!parsed.success || problems.length > 0) throw new ScenarioError(problems);
  const { appointments, steps, ...rest } = parsed.data;
  const complete = (rows: ParsedAppointment[]) => withEnds(rows, rest.services);
  return {
    ...rest,
    appointments: complete(appointments),
    steps: steps.map((step) =>
      step.do === 'insert' ? { ...step, appointments: complete(step.appointments) } : step,
    ),
  };
}

function withEnds(rows: ParsedAppointment[], services: ServiceRow[]): AppointmentRow[] {
  const minutes = new Map(services.map(({ id, duration_minutes }) => [id, duration_minutes]));
  return rows.map((row) => {
    const durationMs = (minutes.get(row.service_id) ?? 0) * 60_000;
    return { ...row, ends_at: row.ends_at ?? new Date(row.starts_at.getTime() + durationMs) };
  });
}

type Rows = { path: string; rows: Record<string, unknown>[] };

const rowsOfAnyShape = z.array(z.looseObject({}).catch({})).catch([]);

/** The rows of `key`, however wrong they are, so that references can be checked beside the shape. */
function rowsAt(value: unknown, key: string, path = key): Rows {
  const list = z.looseObject({}).safeParse(value).data?.[key];
  return { path, rows: rowsOfAnyShape.parse(list) };
}

/** What the shape cannot see: ids given twice, references to nothing, a clock that goes backwards. */
function contradictions(value: unknown): string[] {
  const world = z.looseObject({}).safeParse(value).data?.calcom;
  const steps = rowsAt(value, 'steps');
  const inserts = (key: string) =>
    steps.rows.flatMap((step, at) =>
      step.do === 'insert' ? [rowsAt(step, key, `steps[${at}].${key}`)] : [],
    );
  const customers = [rowsAt(value, 'customers'), ...inserts('customers')];
  const staff = [rowsAt(value, 'staff')];
  const services = [rowsAt(value, 'services')];
  const appointments = [rowsAt(value, 'appointments'), ...inserts('appointments')];
  const eventMap = [rowsAt(value, 'eventMap')];
  const hosts = [rowsAt(world, 'hosts', 'calcom.hosts')];
  const eventTypes = [rowsAt(world, 'eventTypes', 'calcom.eventTypes')];
  const bookings = [rowsAt(world, 'bookings', 'calcom.bookings')];
  const external = [rowsAt(world, 'external', 'calcom.external')];
  const tables: Record<string, Rows[]> = { customers, staff, services, appointments };
  const updates = (table: string): Rows => ({
    path: steps.path,
    rows: steps.rows.map((step) => (step.do === 'update' && step.table === table ? step : {})),
  });
  return [
    ...[customers, staff, services, appointments, hosts, eventTypes].flatMap((list) =>
      repeated(list, ['id']),
    ),
    ...repeated(eventMap, ['service_id', 'staff_id']),
    ...repeated(bookings, ['uid']),
    ...missing(appointments, 'customer_id', customers),
    ...missing([...appointments, ...eventMap], 'service_id', services),
    ...missing([...appointments, ...eventMap], 'staff_id', staff),
    ...missing(eventTypes, 'hostIds', hosts),
    ...missing(eventTypes, 'fixedHostIds', hosts),
    ...missing(bookings, 'eventTypeId', eventTypes),
    ...missing([...bookings, ...external], 'hostId', hosts),
    ...Object.entries(tables).flatMap(([table, list]) => missing([updates(table)], 'id', list)),
    ...backwards(value, steps),
  ];
}

function repeated(lists: Rows[], keys: string[]): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { path, rows } of lists) {
    for (const [at, row] of rows.entries()) {
      if (keys.some((key) => row[key] === undefined)) continue;
      const name = keys.map((key) => String(row[key])).join(' with ');
      if (seen.has(name)) problems.push(`${path}[${at}].${keys[0]}: ${name} is there twice`);
      seen.add(name);
    }
  }
  return problems;
}

/** References in `key`, single or a list, to rows that `targets` does not have. */
function missing(lists: Rows[], key: string, targets: Rows[]): string[] {
  const known = new Set(targets.flatMap(({ rows }) => rows.map((row) => row.id)));
  const wanted = targets[0]?.path ?? '';
  return lists.flatMap(({ path, rows }) =>
    rows.flatMap((row, at) =>
      [row[key] ?? []]
        .flat()
        .filter((reference) => !known.has(reference))
        .map((reference) => `${path}[${at}].${key}: ${wanted} has no ${reference}`),
    ),
  );
}

function backwards(value: unknown, steps: Rows): string[] {
  let shownAtMs = Date.parse(String(z.looseObject({}).safeParse(value).data?.clock));
  return steps.rows.flatMap((step, at) => {
    if (step.do !== 'clock') return [];
    const targetAtMs = Date.parse(String(step.to));
    const isBackwards = targetAtMs < shownAtMs;
    if (targetAtMs > shownAtMs) shownAtMs = targetAtMs;
    return isBackwards ? [`steps[${at}].to: the clock cannot go backwards`] : [];
  });
}
