import type { SlackCore } from '../slack-core.ts';
import type { Json } from '../slack-look-alike.ts';
import { refuseForm } from '../slack-refusal.ts';

export interface Method {
  /** The kind of token it wants; default the bot's. */
  token?: 'app';
  /** The scope it needs, which may depend on the kind of conversation. */
  scope?: string | ((args: Json, core: SlackCore) => string);
  run(args: Json, core: SlackCore): Json;
}

export type Methods = Record<string, Method>;

/** A required text argument; `code` is the method's own error when it is missing. */
export function requiredText(args: Json, name: string, code = 'invalid_arguments'): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  if (code !== 'invalid_arguments') throw refuseForm(code);
  throw refuseForm(code, [{ path: '', message: `missing required field: ${name}` }]);
}

export function optionalText(args: Json, name: string): string | undefined {
  const value = args[name];
  return value === undefined || value === '' ? undefined : String(value);
}

export function flag(args: Json, name: string): boolean {
  return [true, 'true', '1', 1].includes(args[name] as boolean | string | number);
}

/** One page of `items` by Slack's opaque cursor, and the metadata that leads to the next. */
export function page<Item>(items: Item[], args: Json, defaultLimit: number): { items: Item[]; rest: Json } {
  const limit = Number(args.limit ?? 0) || defaultLimit;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw refuseForm('invalid_limit');
  const start = readCursor(optionalText(args, 'cursor'));
  const end = start + limit;
  const cursor = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), rest: { response_metadata: { next_cursor: cursor } } };
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const parts = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (!parts) throw refuseForm('invalid_cursor');
  return Number(parts[1]);
}
