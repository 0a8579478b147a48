// One row of the published rules of Cal.com's API: what is sent to the look-alike, and the exact answer.

import assert from 'node:assert/strict';
import { type CalcomLookAlike, startCalcom } from '../../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../../sandbox/calcom/world.ts';
import { refusals } from '../../../src/sync/refusals.ts';

export const KEY = 'cal_test_key';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday

export interface Row {
  /** `id: what is special`; the id names the published row. */
  rule: string;
  method?: string;
  /** Default `/v2/bookings`. */
  path?: string;
  version?: string | null;
  key?: string | null;
  body?: unknown;
  /** Before the request. */
  prepare?: (look: CalcomLookAlike) => void;
  status: number;
  shape: 'exception' | 'schema' | 'bare' | 'fields' | 'none';
  code?: string;
  /** For a success, which has no message, what its data shows. */
  message: string | ((data: Record<string, unknown>) => unknown);
}

export const idOf = ({ rule }: Row) => rule.split(': ')[0] ?? '';

export function exception(rule: string, body: unknown, message: string, status = 400): Row {
  return { rule, body, status, shape: 'exception', message };
}

export function schema(rule: string, body: unknown, message: string): Row {
  return { rule, body, status: 400, shape: 'schema', message };
}

export function bare(rule: string, body: unknown, status: number, message: string): Row {
  return { rule, body, status, shape: 'bare', message };
}

/** A row whose request is accepted; `shows` throws when the answer's data are not as the rule says. */
export function accepted(
  rule: string,
  body: unknown,
  shows: (data: Record<string, unknown>) => unknown,
  status = 201,
): Row {
  return { rule, body, status, shape: 'none', message: shows };
}

const CODES: Record<number, string> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'ForbiddenException',
  404: 'NotFoundException',
  409: 'ConflictException',
  422: 'UnprocessableEntityException',
  429: 'ThrottlerException',
};

/** Sends the row's request to a look-alike of its own and checks all of the answer. */
export async function checkRow(row: Row, world: CalcomWorld): Promise<void> {
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const look = await startCalcom({ clock, world, apiKey: KEY });
  try {
    row.prepare?.(look);
    const before = structuredClone(look.state);
    const response = await send(look, row);
    const body = (await response.json()) as Record<string, unknown>;
    assert.equal(response.status, row.status, JSON.stringify(body));
    assert.ok(response.headers.get('x-request-id'));
    assert.ok(response.headers.get('x-ratelimit-remaining-default'));
    if (typeof row.message === 'function') {
      row.message(body.data as Record<string, unknown>);
      return;
    }
    checkBody(row, body);
    assert.deepEqual(look.state, before, 'a refusal commits nothing');
    checkKnown(row);
  } finally {
    await look.stop();
  }
}

function send(look: CalcomLookAlike, row: Row): Promise<Response> {
  const { method = 'POST', path = '/v2/bookings', version = '2024-08-13', key = KEY, body } = row;
  const headers: Record<string, string> = {};
  if (version !== null) headers['cal-api-version'] = version;
  if (key !== null) headers.authorization = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(look.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

function checkBody(row: Row, body: Record<string, unknown>): void {
  const { message, status, shape } = row;
  if (shape === 'bare') {
    assert.deepEqual(body, { statusCode: status, message });
    return;
  }
  const error = body.error as { code: string; message: string; details?: Record<string, unknown> };
  assert.equal(error.message, message);
  assert.equal(body.status, 'error');
  assert.equal(body.timestamp, NOW.toISOString());
  assert.equal(body.path, row.path ?? '/v2/bookings');
  assert.equal(error.code, row.code ?? (shape === 'schema' ? 'BAD_REQUEST' : CODES[status]));
  if (shape === 'schema') assert.equal('details' in error, false);
  if (shape === 'exception' && status === 429) assert.equal(error.details, message);
  else if (shape === 'exception')
    assert.deepEqual([error.details?.message, error.details?.statusCode], [message, status]);
  if (shape === 'fields') assert.ok((error.details?.errors as unknown[]).length > 0);
}

/** What each means is for the classifier's own test to say; here only that none is strange to it. */
function checkKnown({ status, message, code = '' }: Row): void {
  const isKnown = refusals.some(
    (refusal) =>
      (refusal.status ?? status) === status &&
      refusal.text.test(refusal.where === 'code' ? code : String(message).trim()),
  );
  assert.ok(isKnown, `the bot does not know: ${message}`);
}
