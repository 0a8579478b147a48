import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { CalcomError } from '../../src/calcom/errors.ts';
import { classify } from '../../src/sync/classify.ts';
import { failureKinds } from '../../src/sync/failure-kinds.ts';
import { API_KEY, BOOKING, EMAIL, envelope, REQUEST, type Reply, serve } from '../calcom/serve-answers.ts';
import { watchMemory } from './bounded-memory.ts';
import { assertNothingPrivate, junk, RUNS, SEED, spoilt } from './hostile-values.ts';

const START = new Date('2026-03-02T09:00:00Z');
const EVENT_TYPE = {
  ...{ id: 50, title: 'Haircut', slug: 'haircut', lengthInMinutes: 60, minimumBookingNotice: 0 },
  ...{ bookingWindow: { type: 'calendarDays', value: 30 }, hosts: [{ userId: 3, name: 'Ada' }] },
  bookingFields: [{ slug: 'email', required: true, hidden: false }],
};
const page = { status: 'success', data: [BOOKING], pagination: { hasNextPage: true } };
const of = (data: unknown) => ({ status: 'success', data });

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
const statuses = fc.oneof(
  fc.constantFrom(200, 201, 202, 204, 301, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504),
  fc.integer({ min: 200, max: 599 }),
);
const headers = fc.oneof(
  fc.constant({}),
  fc.record({
    'X-RateLimit-Reset-Default': fc.oneof(fc.nat().map(String), fc.constant('soon'), fc.constant('-1')),
  }),
);
const bodies = fc.oneof(
  ...[BOOKING, [BOOKING], EVENT_TYPE, { '2026-03-02': [{ start: BOOKING.start }] }].map((data) =>
    spoilt(of(data)),
  ),
  spoilt(page),
  spoilt(envelope(`no_available_users_found_error for ${EMAIL}`)),
  junk,
);
const anyAnswers: fc.Arbitrary<Answer> = fc.record({
  status: statuses,
  headers,
  body: fc.oneof(
    { weight: 5, arbitrary: bodies.map((body) => JSON.stringify(body) ?? '') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  ),
});

let answer: Answer = { status: 200, headers: {}, body: '' };
const reply: Reply = (response) => {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body);
};
let there: Awaited<ReturnType<typeof serve>>;
before(async () => {
  there = await serve(reply);
});

test('whatever Cal.com answers becomes a result or an error that is known and can be recorded', async () => {
  const calls = [
    () => there.calcom.createBooking(REQUEST),
    () => there.calcom.getBooking('uid-7'),
    () => there.calcom.listBookings({}, { take: 100, skip: 0 }),
    () => there.calcom.cancelBooking('uid-7', 'off'),
    () => there.calcom.slots({ eventTypeId: 50, from: START, to: new Date('2026-03-03T09:00:00Z') }),
    () => there.calcom.eventType(50),
    () => there.calcom.me(),
  ];
  const ends = new Map<string, number>();
  const memory = watchMemory(() => {
    assertNothingPrivate(there.lines.join('\n'), [EMAIL, API_KEY]);
    there.lines.length = 0;
    there.reports.length = 0;
  });
  const property = fc.asyncProperty(anyAnswers, fc.nat(), async (given, which) => {
    answer = given;
    const error = await calls[which % calls.length]?.().then(
      () => null,
      (reason: unknown) => reason,
    );
    ends.set(kindOf(error), (ends.get(kindOf(error)) ?? 0) + 1);
    there.received.length = 0;
    await memory.answered();
    if (error === null) return;
    assert.ok(error instanceof CalcomError, inspect(error));
    assertNothingPrivate(inspect(error, { depth: 9, showHidden: true }), [EMAIL, API_KEY]);
    for (const operation of ['book', 'move', 'cancel', 'read'] as const) {
      const is = classify(error, { operation, startsAt: START, now: new Date('2026-03-01T09:00:00Z') });
      if (is.is === 'failure') assert.ok(failureKinds.includes(is.kind), is.kind);
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  await memory.assertBounded();
  assert.ok(
    ['result', 'refused', 'busy', 'unclear', 'unavailable', 'unreadable'].every((end) => ends.has(end)),
    inspect(ends),
  );
});

function kindOf(error: unknown): string {
  return error instanceof CalcomError ? error.kind : error === null ? 'result' : 'unknown';
}
