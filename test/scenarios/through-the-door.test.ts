import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseScenario } from '../../sandbox/scenario.ts';
import { INTAKE_SECRET, signatureOf, TUESDAY_AT_TWO, wish } from '../http/intake/open-door.ts';
import { databases } from '../support/databases.ts';
import { createFrontDesk } from '../support/front-desk.ts';
import { startWatchedStage } from '../support/nothing-private.ts';
import { ANNA, BEN, CUT, NOON, salonWorld } from '../support/salon.ts';

// The whole bot: what a voice agent asks for stands in Cal.com, and the next caller hears of it.

const salon = parseScenario({
  clock: NOON.toISOString(),
  customers: [],
  staff: [
    { id: ANNA, name: 'Anna Albers', is_active: true },
    { id: BEN, name: 'Ben Brandt', is_active: true },
  ],
  services: [{ id: CUT, name: 'Haarschnitt', duration_minutes: 30 }],
  eventMap: [
    { service_id: CUT, staff_id: ANNA, event_type_id: 11 },
    { service_id: CUT, staff_id: BEN, event_type_id: 12 },
  ],
  appointments: [],
  calcom: salonWorld(),
  steps: [],
  expect: {},
});

for (const engine of databases()) {
  describe(`a call to the salon (${engine.name})`, { skip: engine.skip }, () => {
    async function startBot(settings: Record<string, string>) {
      const database = await engine.open();
      const stage = await startWatchedStage(salon, {
        frozen: true,
        settings: { LOG_LEVEL: 'fatal', DATABASE_URL: database.url, ...settings },
      });
      const post = (fields: object, callId: string) => {
        const body = JSON.stringify({
          name: 'book',
          call: { call_id: callId },
          args: { ...wish, ...fields },
        });
        const headers = { 'x-retell-signature': signatureOf(body) };
        return fetch(`${stage.bot.address}/appointments`, { method: 'POST', body, headers });
      };
      return {
        stage,
        post,
        async stop() {
          await stage.stop();
          await database.drop();
        },
      };
    }

    it('ends with a booking in Cal.com, with the placeholder when the caller is anonymous', async (t) => {
      const { stage, post, stop } = await startBot({ INTAKE_SECRET, START_HELD: 'never' });
      t.after(stop);
      const desk = createFrontDesk(stage, salon);
      const said = (await (await post({ phone: 'anonymous', email: null }, 'call_1')).json()) as {
        appointmentId: number;
      };
      await desk.settle();
      const record = await desk.record(said.appointmentId);
      assert.equal(record.state, 'synced');
      const [booking, ...more] = stage.calcom.liveBookings();
      assert.equal(more.length, 0);
      assert.deepEqual([booking?.uid, booking?.start.toISOString()], [record.booking_uid, TUESDAY_AT_TWO]);
      assert.match(booking?.attendee.email ?? '', /^customer_\d+@placeholder\.invalid$/);

      const next = (await (await post({ name: 'Dora Dorn' }, 'call_2')).json()) as {
        code: string;
        say: string;
      };
      assert.equal(next.code, 'not_free');
      assert.match(next.say, /Möglich wäre es um 14 Uhr bei Ben Brandt/);
    });

    it('finds no door where no secret is set', async (t) => {
      const { post, stop } = await startBot({});
      t.after(stop);
      assert.equal((await post({}, 'call_1')).status, 404);
    });
  });
}
