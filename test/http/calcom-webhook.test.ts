import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addMs, DAY, HOUR, SECOND, toSqlInstant } from '../../src/instant.ts';
import { databases } from '../support/databases.ts';
import { insertAppointment, NOON } from '../support/salon.ts';
import { openToldSalon } from '../support/told-salon.ts';
import { signWebhook, WEBHOOK_KINDS, webhookBody } from '../support/webhook-payloads.ts';

const tomorrow = addMs(NOON, DAY);
const later = addMs(tomorrow, 3 * HOUR);
const [sqlite] = databases();
assert.ok(sqlite);

describe('what Cal.com tells over HTTP', () => {
  let bot: Awaited<ReturnType<typeof openToldSalon>>;
  before(async () => {
    bot = await openToldSalon(sqlite);
  });
  after(() => bot.close());

  async function post(body: string, signature: string | null = signWebhook(body)) {
    const headers = signature === null ? {} : { 'X-Cal-Signature-256': signature };
    const response = await fetch(bot.address, { method: 'POST', body, headers });
    return { status: response.status, ...((await response.json()) as { outcome?: string }) };
  }
  const booked = async (id: number, startsAt: Date) => {
    await insertAppointment(bot.db, { id, startsAt });
    await bot.until(`#${id} is synced`, () => bot.isState('synced', id));
    return String((await bot.record(id)).booking_uid);
  };
  const row = (id: number) => bot.db('appointments').where({ id }).first();
  const reads = () =>
    bot.calcom.calls.filter(({ method, path }) => method === 'GET' && /bookings\/[^?]+$/.test(path)).length;

  it('its own doing costs no call: the event comes before the answer to our request does', async () => {
    const uid = await booked(1, tomorrow);
    const [sent] = bot.calcom.deliveries.sent;
    assert.equal(sent?.outcome, 200);
    const received = await bot.db('received_webhooks').orderBy('received_at');
    assert.deepEqual(
      received.map(({ event, outcome, booking_uid }) => [event, outcome, booking_uid]),
      [['BOOKING_CREATED', 'known', uid]],
    );
    await bot.quiet();
    assert.equal(reads(), 0);

    await booked(8, addMs(tomorrow, HOUR));
    const starts_at = toSqlInstant(addMs(tomorrow, 2 * HOUR));
    await bot.db('appointments').where({ id: 8 }).update({ starts_at });
    await bot.until('it is moved', () => bot.isFollowed(8));
    await bot.db('appointments').where({ id: 8 }).update({ status: 'cancelled' });
    await bot.until('it is cancelled', () => bot.isState('closed', 8));
    const told = await bot.db('received_webhooks').where({ appointment_id: 8 }).select('event', 'outcome');
    assert.deepEqual(told.map(({ event, outcome }) => `${event} ${outcome}`).toSorted(), [
      'BOOKING_CANCELLED known',
      'BOOKING_CREATED known',
      'BOOKING_RESCHEDULED known',
    ]);
    await bot.quiet();
    assert.equal(reads(), 2, 'one before each change is sent');
  });

  it('takes nothing that is not signed with the secret, and no body that is too large or none', async () => {
    const body = webhookBody('BOOKING_CANCELLED', { uid: 'x', startsAt: tomorrow }, NOON);
    const wrong = [
      null,
      'no-secret-provided',
      signWebhook(body, 'another'),
      `sha256=${signWebhook(body)}`,
      'ä',
    ];
    for (const signature of wrong) assert.equal((await post(body, signature)).status, 401);
    assert.equal((await post(`${body} `, signWebhook(body))).status, 401);
    assert.equal((await post('{"triggerEvent":7}')).status, 400);
    assert.equal((await post('no json')).status, 400);
    const huge = JSON.stringify({ triggerEvent: 'BOOKING_CREATED', payload: { uid: 'x'.repeat(1_100_000) } });
    const answer = await fetch(bot.address, { method: 'POST', body: huge });
    assert.equal(answer.status, 413);
    await answer.body?.cancel();
  });

  it('every kind, doubled and in any order, ends in what Cal.com has', async () => {
    const uid = String((await bot.record(1)).booking_uid);
    const { installation_id: installation } = await bot.db('installation').first();
    const told = { uid, startsAt: later, metadata: { installation, appointmentId: '1', revision: '1' } };
    const bodies = WEBHOOK_KINDS.map((kind) => webhookBody(kind, told, NOON)).toReversed();
    const writes = bot.writes().length;
    const before = (await bot.db('received_webhooks')).length;
    for (const body of bodies) {
      assert.equal((await post(body)).status, 200);
      assert.equal((await post(body)).outcome, 'repeated');
    }
    assert.equal((await bot.db('received_webhooks')).length - before, WEBHOOK_KINDS.length);
    bot.clock.advance(11 * SECOND);
    await bot.until('it was read', async () => (await bot.record(1)).look_uid === null);
    await bot.quiet();
    assert.ok(await bot.isFollowed(1));
    assert.equal((await row(1)).starts_at, toSqlInstant(tomorrow));
    assert.equal(bot.writes().length, writes);
    const unknown = webhookBody('BOOKING_CANCELLED', { uid: 'of nobody', startsAt: later }, NOON);
    assert.equal((await post(unknown)).outcome, 'unknown');
  });

  it('two moves told backwards and a cancellation end in the right state, and a host conflict is looked at again', async () => {
    const { deliveries, hands } = bot.calcom;
    const uid = await booked(2, later);
    const hold = deliveries.meet({ do: 'hold' });
    await hands.move(uid, addMs(later, HOUR));
    const second = bot.calcom.liveBookings({ appointmentId: '2' })[0]?.uid ?? '';
    await hands.move(second, addMs(later, 2 * HOUR));
    hold.remove();
    await deliveries.release('newest first');
    const last = toSqlInstant(addMs(later, 2 * HOUR));
    await bot.until('the row follows', async () => (await row(2)).starts_at === last);
    await bot.quiet();
    assert.ok(await bot.isFollowed(2));

    await bot.calcom.hands.addExternal({
      hostId: 1,
      start: addMs(tomorrow, DAY).toISOString(),
      end: addMs(tomorrow, DAY + HOUR).toISOString(),
    });
    await insertAppointment(bot.db, { id: 3, startsAt: addMs(tomorrow, DAY) });
    await bot.until('it conflicts', () => bot.isState('failed', 3));
    const [external] = bot.calcom.state.external;
    assert.ok(external);
    hands.removeExternal(external);
    await hands.cancel(String((await bot.record(2)).booking_uid), 'ill');
    bot.clock.advance(11 * SECOND);
    await bot.until('the conflict is over', () => bot.isState('synced', 3));
    await bot.until('the cancellation is known', () => bot.isState('failed', 2));
    assert.equal((await bot.record(2)).failure_kind, 'cancelled_there');
    assert.deepEqual(await bot.openAlerts(), ['appointment:2']);
  });
});
