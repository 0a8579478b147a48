import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CalcomBusy, type CalcomErrorKind } from '../../src/calcom/errors.ts';
import {
  API_KEY,
  BOOKING,
  book,
  close,
  EMAIL,
  envelope,
  failure,
  json,
  listen,
  type Reply,
  read,
  serve,
  startClient,
  success,
} from './serve-answers.ts';

const SHORT_MS = 150;

/** Starts the same trouble for a write and a read. */
async function assertKinds(
  reply: Reply,
  expected: { write: CalcomErrorKind; read: CalcomErrorKind },
  timeoutMs?: number,
) {
  const { calcom, received } = await serve(reply, timeoutMs);
  const write = await failure(book(calcom));
  const reading = await failure(read(calcom));
  assert.deepEqual({ write: write.kind, read: reading.kind }, expected);
  assert.equal(received.length, 2, 'one try per call');
  return write;
}

const BUSY: [string, Record<string, string>, number][] = [
  ['the reset header', { 'X-RateLimit-Reset-Default': '17' }, 17_000],
  [
    'the longest of several resets',
    { 'X-RateLimit-Reset-Burst': '3', 'X-RateLimit-Reset-Custom': '42' },
    42_000,
  ],
  ['a minute without a header', {}, 60_000],
  ['a minute when the header is a time of day', { 'X-RateLimit-Reset-Default': '1772442000' }, 60_000],
  ['at least a second', { 'X-RateLimit-Reset-Default': '0' }, 1_000],
];
for (const [name, headers, resetMs] of BUSY) {
  test(`a 429 waits for ${name}`, async () => {
    const { calcom } = await serve(json(429, envelope('Too many requests.', 'ThrottlerException'), headers));
    const error = await failure(book(calcom));
    assert.ok(error instanceof CalcomBusy);
    assert.equal(error.resetMs, resetMs);
  });
}

const HTML = '<html><body>blocked</body></html>';
const half: Reply = (response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"status":"success","da', () => response.destroy());
};
const TROUBLES: [string, Reply, { write: CalcomErrorKind; read: CalcomErrorKind }, number?][] = [
  ['no answer', () => {}, { write: 'unclear', read: 'unavailable' }, SHORT_MS],
  [
    'an answer whose body never ends',
    (response) => void response.writeHead(201).write('{'),
    { write: 'unclear', read: 'unavailable' },
    SHORT_MS,
  ],
  ['a reset', (response) => response.destroy(), { write: 'unclear', read: 'unavailable' }],
  ['half a body', half, { write: 'unclear', read: 'unavailable' }],
  [
    'bytes that are no HTTP',
    (response) => void response.socket?.end('hello\r\n\r\n'),
    { write: 'unclear', read: 'unavailable' },
  ],
  ['a page instead of JSON', json(200, HTML), { write: 'unreadable', read: 'unreadable' }],
  ['an empty body', json(200, ''), { write: 'unreadable', read: 'unreadable' }],
  ['a list instead of a booking', success([BOOKING]), { write: 'unreadable', read: 'unreadable' }],
  [
    'a body that passes 1 MB and goes on',
    (response) => response.writeHead(200).write('x'.repeat(1_100_000)),
    { write: 'unreadable', read: 'unreadable' },
  ],
  [
    'a 500 of its own',
    json(500, { statusCode: 500, message: 'Internal server error' }),
    { write: 'unclear', read: 'unavailable' },
  ],
  ['a 503 from an edge', json(503, HTML), { write: 'unclear', read: 'unavailable' }],
  ['a 403 page from an edge', json(403, HTML), { write: 'unclear', read: 'unavailable' }],
  ['a 404 without a reason', json(404, {}), { write: 'unclear', read: 'unavailable' }],
  [
    'a redirection',
    json(301, '', { location: 'https://example.com/' }),
    { write: 'unclear', read: 'unavailable' },
  ],
  ['a refusal', json(400, envelope('Invalid')), { write: 'refused', read: 'refused' }],
];
for (const [name, reply, expected, timeoutMs] of TROUBLES) {
  test(`${name} leaves a write ${expected.write} and a read ${expected.read}`, async () => {
    await assertKinds(reply, expected, timeoutMs);
  });
}

test('a refused connection and a handshake that never ends sent nothing, so that even a write is unavailable', async () => {
  const closed = createTcpServer();
  const closedUrl = await listen(closed);
  await close(closed);
  assert.equal((await failure(book(startClient(closedUrl).calcom))).kind, 'unavailable');

  const sockets: Socket[] = [];
  const silent = createTcpServer((socket) => sockets.push(socket.on('error', () => {})));
  const silentUrl = (await listen(silent)).replace('http:', 'https:');
  const { calcom, reports } = startClient(silentUrl, SHORT_MS);
  assert.equal((await failure(book(calcom))).kind, 'unavailable');
  assert.equal(reports[0]?.status, 'none');
  for (const socket of sockets) socket.destroy();
  await close(silent);
});

const KEY_TROUBLES: [number, unknown, CalcomErrorKind][] = [
  [
    401,
    envelope('ApiAuthStrategy - api key - Your api key is not valid', 'UnauthorizedException'),
    'unauthorized',
  ],
  [
    401,
    envelope('ApiAuthStrategy - api key - Your api key is expired', 'UnauthorizedException'),
    'unauthorized',
  ],
  [401, envelope('CustomThrottlerGuard - Invalid API Key', 'UnauthorizedException'), 'unauthorized'],
  [403, envelope('PermissionsGuard - no authentication provided', 'ForbiddenException'), 'unauthorized'],
  [401, { statusCode: 401, message: 'booking_limit_reached' }, 'refused'],
  [403, { statusCode: 403, message: 'Cannot use this email to create the booking.' }, 'refused'],
  [403, envelope('You do not have permission to reassign this booking', 'ForbiddenException'), 'refused'],
  [
    401,
    envelope('checkBookingRequiresAuthentication - request must be authenticated', 'UnauthorizedException'),
    'refused',
  ],
];
for (const [status, body, kind] of KEY_TROUBLES) {
  const answer = JSON.stringify(body).match(/"message":"([^"]*)/)?.[1];
  test(`${status} "${answer}" is ${kind}`, async () => {
    await assertKinds(json(status, body), { write: kind, read: kind });
  });
}

test('all three shapes of an error body give message, code and request id', async () => {
  const shapes: [unknown, string, string | null][] = [
    [envelope('one', 'BAD_REQUEST'), 'one', 'BAD_REQUEST'],
    [{ statusCode: 409, message: 'two' }, 'two', null],
    [{ status: 'error', message: 'three', error: { code: 'no_seats' } }, 'three', 'no_seats'],
    [{ statusCode: 400, message: ['four', 'five'] }, 'four, five', null],
  ];
  for (const [body, message, code] of shapes) {
    const error = await assertKinds(json(409, body), { write: 'refused', read: 'refused' });
    assert.deepEqual(error.answer, {
      status: 409,
      message,
      code,
      requestId: 'req-1',
      body: JSON.stringify(body),
    });
  }
});

test('a long error text is kept up to 64 kB and no character is split', async () => {
  const error = await assertKinds(json(400, envelope(`x${'💇'.repeat(25_000)}`)), {
    write: 'refused',
    read: 'refused',
  });
  for (const text of [error.answer?.body ?? '', error.answer?.message ?? '']) {
    const bytes = Buffer.byteLength(text);
    assert.ok(bytes <= 65_536 && bytes > 65_532, String(bytes));
    assert.equal(text.isWellFormed(), true);
  }
});

test('no error, log line or report shows the key or personal data', async () => {
  const secrets = new RegExp(`${API_KEY}|${EMAIL}|Erika|Mustermann`, 'i');
  const bodies: Reply[] = [
    json(400, envelope(`Attendee email has been blocked. Make sure to login as ${EMAIL}`)),
    json(500, envelope(EMAIL)),
    json(200, `<p>${EMAIL}</p>`),
    success({ ...BOOKING, start: EMAIL, status: EMAIL }),
    (response) => void response.socket?.end(`${EMAIL}\r\n\r\n`),
  ];
  for (const reply of bodies) {
    const { calcom, lines, reports } = await serve(reply);
    const failures = [
      await failure(book(calcom)),
      await failure(calcom.listBookings({ attendeeEmail: EMAIL }, { take: 1, skip: 0 })),
    ];
    for (const error of failures) {
      const { message, stack, cause } = error;
      const shown = [
        message,
        stack,
        (cause as Error | undefined)?.message,
        JSON.stringify(error),
        inspect(error),
      ];
      assert.doesNotMatch(shown.join('\n'), secrets);
    }
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join('') + JSON.stringify(reports), secrets);
  }
});
