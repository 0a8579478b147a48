import { type LogEvent, logEvents } from '../../src/log-events.ts';
import { type LogField, logFields } from '../../src/log-fields.ts';

export type Line = Record<string, unknown>;

const LEVELS: Record<string, number> = { debug: 20, info: 30, warn: 40, error: 50 };
/** What a line may have whatever its event is: what pino and the bot put there, and what was being done. */
const COMMON = ['level', 'time', 'msg', 'replica', 'appointmentId', 'requestId', 'askedBy'];

/** What is wrong with a line, or null. */
export function objectionTo(line: Line): string | null {
  if (!Object.hasOwn(logEvents, String(line.msg))) return 'no such event';
  const { level, fields } = logEvents[line.msg as LogEvent];
  if (line.level !== LEVELS[level]) return `its level is ${level}`;
  const words = fields.split(' ').filter(Boolean);
  const required = words.filter((word) => !word.endsWith('?'));
  const missing = required.filter((name) => line[name] === undefined || line[name] === null);
  if (missing.length > 0) return `without ${missing.join(', ')}`;
  const names = words.map((word) => word.replace('?', ''));
  const extra = Object.keys(line).filter((name) => ![...COMMON, ...names].includes(name));
  if (extra.length > 0) return `with ${extra.join(', ')}`;
  const odd = names.filter((name) => !isOfItsType(name, line[name]));
  return odd.length > 0 ? `of another type is ${odd.join(', ')}` : null;
}

const isString = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number';
const TYPES: Record<(typeof logFields)[LogField][0] | 'boolean', (value: unknown) => boolean> = {
  string: (value) => isString(value) && value !== '',
  number: isNumber,
  boolean: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every(isString),
  numbers: (value) => Array.isArray(value) && value.every(isNumber),
  status: (value) => isNumber(value) || value === 'none',
  error: (value) => value !== null && typeof value === 'object',
};

function isOfItsType(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return TYPES[logFields[name as LogField][0]](value);
}
