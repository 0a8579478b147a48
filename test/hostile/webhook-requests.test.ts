import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { calcomWebhookRoute } from '../../src/http/calcom-webhook.ts';
import { addMs, DAY } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { insertAppointment, NOON } from '../support/salon.ts';
import { signWebhook, WEBHOOK_KINDS, WEBHOOK_SECRET, webhookBody } from '../support/webhook-payloads.ts';
import { watchMemory } from './bounded-memory.ts';
import { assertNothingPrivate, junk, RUNS, SEED, spoilt } from './hostile-values.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const PRIVATE = 'erika.mustermann@example.com';
const tomorrow = addMs(NOON, DAY);
const metadata = { installation: 'ours', appointmentId: '1', revision: '1', note: PRIVATE };
const events = fc.constantFrom(...WEBHOOK_KINDS).chain((kind) => {
  const told = { uid: 'uid-1', startsAt: tomorrow, metadata };
  return spoilt(JSON.parse(webhookBody(kind, told, NOON)));
});
const bodies = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(events, junk).map((body) => JSON.stringify(body) ?? '') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const signatures = fc.oneof(
  { weight: 9, arbitrary: fc.constant((body: string) => signWebhook(body)) },
  { weight: 1, arbitrary: fc.string().map((signature) => () => signature) },
);

let salon: Harness;
before(async () => {
  salon = await createHarness({ engine: sqlite });
});
after(() => salon.close());

function readLines(): void {
  assertNothingPrivate(JSON.stringify(salon.lines), [PRIVATE, WEBHOOK_SECRET]);
  salon.lines.length = 0;
}

test('whatever comes to the webhook is answered without a 5xx, and changes no appointment', async () => {
  const { db, clock, log } = salon;
  await insertAppointment(db, { id: 1, startsAt: tomorrow });
  const rowsBefore = await db('appointments');
  const route = calcomWebhookRoute({ db, clock, log, secret: WEBHOOK_SECRET, onWoken: () => {} });
  const statuses = new Set<number>();
  const memory = watchMemory(readLines);
  const property = fc.asyncProperty(bodies, signatures, async (body, sign) => {
    const headers = { 'x-cal-signature-256': sign(body) };
    const answer = await route.answer({ headers, body: Buffer.from(body) });
    statuses.add(answer.status);
    assert.equal(typeof JSON.parse(answer.body ?? ''), 'object');
    await memory.answered();
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  await memory.assertBounded();
  assert.deepEqual([...statuses].sort(), [200, 400, 401]);
  assert.deepEqual(await db('appointments'), rowsBefore);
  assert.deepEqual(salon.writes(), []);
  const kept = JSON.stringify(await db('received_webhooks'));
  assertNothingPrivate(kept, [PRIVATE, WEBHOOK_SECRET]);
});
