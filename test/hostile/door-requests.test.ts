import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { doorRoute } from '../../src/http/intake/door.ts';
import { createCalls } from '../../src/sync/calls.ts';
import { createPace } from '../../src/sync/pace.ts';
import { INTAKE_SECRET, signatureOf, wish } from '../http/intake/open-door.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { watchMemory } from './bounded-memory.ts';
import { assertNothingPrivate, junk, RUNS, SEED, spoilt } from './hostile-values.ts';

const [sqlite] = databases();
assert.ok(sqlite);

const inCall = { name: 'book', call: { call_id: 'call-1' }, args: wish };
const said = fc.constantFrom(
  ...[
    'heute',
    'morgen',
    'Montag',
    'next friday',
    '31.2.',
    '2025-02-30',
    '24.11.2025',
    '1.1.1970',
    'tomorrow',
    '1.12.99999',
  ],
  ...[
    '25:61',
    '14 Uhr',
    'halb drei',
    'noon',
    '2pm',
    '-1',
    '00:00',
    '2025-11-25T14:00:00+99:00',
    '14:00:00.000Z',
  ],
);
/** Wishes whose words are wrong, and not their shape. */
const odd = fc
  .record({
    date: said,
    time: said,
    phone: fc.constantFrom(...['anonymous', '+4915123456789', '0', 'unknown']),
  })
  .chain((words) => spoilt({ ...wish, ...words }));
const bodies = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(odd, spoilt(inCall), spoilt(wish), junk).map((body) => JSON.stringify(body) ?? ''),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const signatures = fc.oneof(
  { weight: 9, arbitrary: fc.constant((body: string) => signatureOf(body)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.string().map((header) => () => header),
      fc.constant((body: string) => signatureOf(body, { at: Date.now() - 400_000 })),
      fc.constant((body: string) => signatureOf(`${body} `)),
      fc.constant((body: string) => createHmac('sha256', INTAKE_SECRET).update(body).digest('hex')),
    ),
  },
);

let salon: Harness;
before(async () => {
  salon = await createHarness({ engine: sqlite });
});
after(() => salon.close());

function readLines(): void {
  const secrets = [wish.name, wish.email, wish.phone, '+4915123456789', INTAKE_SECRET];
  assertNothingPrivate(JSON.stringify(salon.lines), secrets);
  salon.lines.length = 0;
}

test('whatever comes to the door is answered without a 5xx, and only what is signed and sound is kept', async () => {
  const { db, client, clock, log } = salon;
  const route = doorRoute({
    ...{ db, calls: createCalls({ db, calcom: client, pace: createPace(db, 0), clock }), clock, log },
    settings: { intakeSecret: INTAKE_SECRET, timeZone: 'Europe/Berlin', locale: 'de' },
    onAccepted: () => {},
  });
  const statuses = new Map<number, number>();
  const memory = watchMemory(readLines);
  const property = fc.asyncProperty(bodies, signatures, async (body, sign) => {
    const headers = { 'x-retell-signature': sign(body) };
    const answer = await route.answer({ headers, body: Buffer.from(body) });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const told = JSON.parse(answer.body ?? '') as Record<string, unknown>;
    if (answer.status !== 200) assert.equal(typeof told.error, 'string');
    else assert.ok(typeof told.say === 'string' && told.say.length > 0 && typeof told.ok === 'boolean');
    await memory.answered();
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  await memory.assertBounded();
  assert.deepEqual([...statuses.keys()].sort(), [200, 400, 401]);

  const kept = await db('appointments');
  assert.ok(kept.length > 0, 'some were sound');
  for (const row of kept) {
    const start = new Date(`${String(row.starts_at).replace(' ', 'T')}Z`);
    assert.ok(start > clock.now(), `#${row.id} starts in the future`);
  }
});
