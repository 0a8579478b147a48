import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { calcomWebhookRoute } from '../../src/http/calcom-webhook.ts';
import { type Http, startHttp } from '../../src/http/start-http.ts';
import { addMs, DAY } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { createHarness, type Harness } from '../support/engine-harness.ts';
import { NOON } from '../support/salon.ts';
import { signWebhook, WEBHOOK_SECRET, webhookBody } from '../support/webhook-payloads.ts';
import { collectGarbage, MEGABYTE } from './bounded-memory.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const BODY_BYTES_MAX = MEGABYTE;
const AT_ONCE = 64;
const ROUNDS = 12;
/** What a round needs while it lasts, client and server in one process, and no more however many rounds there are. */
const GROWTH_MAX = 2 * AT_ONCE * MEGABYTE;

let salon: Harness;
let http: Http;
before(async () => {
  salon = await createHarness({ engine: sqlite });
  const { db, clock, log } = salon;
  const route = calcomWebhookRoute({ db, clock, log, secret: WEBHOOK_SECRET, onWoken: () => {} });
  http = await startHttp({ host: '127.0.0.1', port: 0, routes: [route], log });
});
after(async () => {
  await http.stop();
  await salon.close();
});

/** A webhook of exactly this size. */
function hugeBody(size: number): string {
  const told = (note: string) =>
    webhookBody('BOOKING_CREATED', { uid: 'uid-1', startsAt: addMs(NOON, DAY), metadata: { note } }, NOON);
  return told('x'.repeat(size - Buffer.byteLength(told(''))));
}

async function send(body: string, signature = signWebhook(body)): Promise<number> {
  const headers = { 'x-cal-signature-256': signature, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body };
  const answer = await fetch(`${http.address}/webhooks/calcom`, request).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.status ?? 413;
}

test('bodies of the greatest size, many at once and again and again, are not kept', async () => {
  const greatest = hugeBody(BODY_BYTES_MAX);
  assert.equal(Buffer.byteLength(greatest), BODY_BYTES_MAX);
  const tooGreat = hugeBody(2 * BODY_BYTES_MAX);
  const signature = signWebhook(greatest);
  let warm = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const sent = Array.from({ length: AT_ONCE }, (_, n) => {
      if (n % 4 === 0) return send(tooGreat, signature);
      return send(greatest, n % 4 === 1 ? 'wrong' : signature);
    });
    assert.deepEqual([...new Set(await Promise.all(sent))].toSorted(), [200, 401, 413]);
    if (round === ROUNDS / 3) {
      await collectGarbage();
      warm = process.memoryUsage().rss;
    }
  }
  await collectGarbage();
  const grown = process.memoryUsage().rss - warm;
  assert.ok(grown < GROWTH_MAX, `${grown} bytes more`);
});
