import { createHmac } from 'node:crypto';
import type { CalcomWorld } from '../../../sandbox/calcom/world.ts';
import type { Db } from '../../../src/database.ts';
import { doorRoute } from '../../../src/http/intake/door.ts';
import { startHttp } from '../../../src/http/start-http.ts';
import { createCalls } from '../../../src/sync/calls.ts';
import { createPace } from '../../../src/sync/pace.ts';
import type { TestEngine } from '../../support/databases.ts';
import { createHarness } from '../../support/engine-harness.ts';

export const INTAKE_SECRET = 'key_retell_test';

export interface Said {
  status: number;
  /** The answer as it came. */
  body: {
    ok: boolean;
    appointmentId: number;
    startsAt: string;
    say: string;
    code: string;
    alternatives: { startsAt: string; staff: string }[];
    error: string;
  };
}

export type Door = Awaited<ReturnType<typeof openDoor>>;

/** The header that Retell sends with a body. */
export function signatureOf(body: string | Buffer, { secret = INTAKE_SECRET, at = Date.now() } = {}): string {
  return `v=${at},d=${createHmac('sha256', secret).update(body).update(String(at)).digest('hex')}`;
}

/** A wish that the salon can fulfil: Tuesday at two with Anna. */
export const wish = {
  name: 'Clara Conrad',
  phone: '0151 23456789',
  email: 'clara@salon.example',
  service: 'Haarschnitt',
  staff: 'Anna',
  date: '2025-11-25',
  time: '14:00',
  language: 'de',
};
/** Tuesday, 14:00 in Berlin. */
export const TUESDAY_AT_TWO = '2025-11-25T13:00:00.000Z';

/** The door of the test salon on a real server, beside the look-alike of Cal.com and without an engine. */
export async function openDoor(options: {
  engine: TestEngine;
  prepare?: (db: Db) => Promise<void>;
  world?: CalcomWorld;
  now?: Date;
  callsPerMinute?: number;
  timeoutMs?: number;
  locale?: 'de' | 'en';
}) {
  const { callsPerMinute = 0, locale = 'de', ...rest } = options;
  const salon = await createHarness(rest);
  const { db, client, clock, log } = salon;
  const calls = createCalls({ db, calcom: client, pace: createPace(db, callsPerMinute), clock });
  let nudges = 0;
  const route = doorRoute({
    ...{ db, calls, clock, log },
    settings: { intakeSecret: INTAKE_SECRET, timeZone: 'Europe/Berlin', locale },
    onAccepted: () => {
      nudges += 1;
    },
  });
  const http = await startHttp({ host: '127.0.0.1', port: 0, routes: [route], log });

  async function post(body: string, headers: Record<string, string> = {}): Promise<Said> {
    const answer = await fetch(`${http.address}/appointments`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-retell-signature': signatureOf(body), ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as Said['body'] };
  }

  return {
    ...salon,
    post,
    nudges: () => nudges,
    /** Asks with the usual wish, changed by `fields`. */
    ask: (fields: Record<string, unknown> = {}) => post(JSON.stringify({ ...wish, ...fields })),
    /** Asks as Retell does, within a phone call. */
    askInCall: (callId: string, fields: Record<string, unknown> = {}) =>
      post(JSON.stringify({ name: 'book', call: { call_id: callId }, args: { ...wish, ...fields } })),
    appointments: () => db('appointments').orderBy('id'),
    customers: () => db('customers').orderBy('id'),
    async close() {
      await http.stop();
      await salon.close();
    },
  };
}
