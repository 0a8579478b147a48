import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { after } from 'node:test';
import { pino } from 'pino';
import { type BookingRequest, type Calcom, createCalcom } from '../../src/calcom/client.ts';
import { CalcomError } from '../../src/calcom/errors.ts';
import type { AnswerReport } from '../../src/calcom/send.ts';
import { checkLine } from '../support/captured-log.ts';

export const API_KEY = 'cal_live_very_secret';
export const EMAIL = 'erika.mustermann@example.com';
const LONG_MS = 5_000;

interface Received {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: unknown;
}
export type Reply = (response: ServerResponse) => void;

const cleanUps: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** A real server that gives every request the same reply, and the client that talks to it. */
export async function serve(reply: Reply, timeoutMs = LONG_MS) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '', 'http://server');
    received.push({
      method: request.method ?? '',
      url,
      headers: request.headers,
      body: text && JSON.parse(text),
    });
    reply(response);
  });
  const url = await listen(server);
  cleanUps.push(async () => {
    server.closeAllConnections();
    await close(server);
  });
  return { received, ...startClient(url, timeoutMs) };
}

export function startClient(url: string, timeoutMs = LONG_MS) {
  const lines: string[] = [];
  const reports: AnswerReport[] = [];
  const write = (line: string) => {
    lines.push(line);
    checkLine(JSON.parse(line));
  };
  const calcom = createCalcom({
    url,
    apiKey: API_KEY,
    timeoutMs,
    // Without what the bot's log takes out: nothing of it may get that far.
    log: pino({ level: 'trace', base: null }, { write }),
    onAnswer: (report) => reports.push(report),
  });
  cleanUps.push(() => calcom.close());
  return { calcom, lines, reports };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-1', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
export const envelope = (message: string, code = 'BadRequestException') => ({
  status: 'error',
  timestamp: '2026-01-01T00:00:00.000Z',
  path: '/v2/bookings',
  error: { code, message },
});
export const success = (data: unknown): Reply => json(200, { status: 'success', data });

export const BOOKING = {
  id: 7,
  uid: 'uid-7',
  title: 'Haircut',
  status: 'accepted',
  start: '2026-03-02T09:00:00.000Z',
  end: '2026-03-02T10:00:00.000Z',
  eventTypeId: 50,
  eventType: { id: 50, slug: 'haircut' },
  hosts: [{ id: 3, name: 'Ada', email: 'ada@example.com', username: 'ada', timeZone: 'Europe/Berlin' }],
  attendees: [{ name: 'Erika', email: EMAIL, timeZone: 'Europe/Berlin', language: 'de', absent: false }],
  metadata: { installation: 'i-1', appointmentId: '748' },
  updatedAt: null,
};
export const REQUEST: BookingRequest = {
  eventTypeId: 50,
  start: new Date('2026-03-02T10:00:00+01:00'),
  attendee: { name: 'Erika', email: EMAIL, timeZone: 'Europe/Berlin', language: 'de' },
  metadata: { appointmentId: '748' },
};
export const book = (calcom: Calcom) => calcom.createBooking(REQUEST);
export const read = (calcom: Calcom) => calcom.getBooking('uid-7');

export async function failure(call: Promise<unknown>): Promise<CalcomError> {
  const error = await call.then(
    () => assert.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CalcomError, String(error));
  return error;
}
