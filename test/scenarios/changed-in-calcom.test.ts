import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseScenario } from '../../sandbox/scenario.ts';
import { addMs, DAY, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { createFrontDesk } from '../support/front-desk.ts';
import { startWatchedStage } from '../support/nothing-private.ts';
import { ANNA, CUT, NOON, salonWorld } from '../support/salon.ts';

// The whole bot, whom Cal.com tells over HTTP what people do on its calendar, and people who answer in Slack.

const SABINE = 'U0SUPPORT1';
const at = (id: number) => addMs(NOON, DAY + id * HOUR);

const salon = parseScenario({
  clock: NOON.toISOString(),
  customers: [1, 2].map((id) => ({
    id,
    name: `Customer ${id}`,
    email: `customer${id}@example.com`,
    phone: null,
  })),
  staff: [{ id: ANNA, name: 'Anna Albers', is_active: true }],
  services: [{ id: CUT, name: 'Haarschnitt', duration_minutes: 30 }],
  eventMap: [{ service_id: CUT, staff_id: ANNA, event_type_id: 11 }],
  appointments: [1, 2].map((id) => ({
    ...{ id, customer_id: id, service_id: CUT, staff_id: ANNA, status: 'booked' },
    ...{ starts_at: at(id).toISOString(), ends_at: addMs(at(id), 30 * MINUTE).toISOString() },
  })),
  calcom: salonWorld(),
  steps: [],
  expect: {},
});

it('a move on Cal.com’s calendar shows in the database, and a cancellation and two truths in Slack', async (t) => {
  const settings = { LOG_LEVEL: 'fatal', START_HELD: 'never' };
  const stage = await startWatchedStage(salon, { frozen: true, settings });
  t.after(() => stage.stop());
  const desk = createFrontDesk(stage, salon);
  const { hands } = stage.calcom;
  const uidOf = (id: number) => stage.calcom.liveBookings({ appointmentId: String(id) })[0]?.uid ?? '';
  await desk.settle();

  await hands.move(uidOf(1), at(4));
  await desk.settle();
  assert.equal((await desk.appointment(1)).starts_at, toSqlInstant(at(4)));
  assert.deepEqual(await desk.openAlerts(), []);

  const moved = { starts_at: at(5), ends_at: addMs(at(5), 30 * MINUTE) };
  const told = stage.calcom.deliveries.meet({ do: 'hold' });
  await hands.move(uidOf(1), at(0));
  await stage.change({ do: 'update', table: 'appointments', id: 1, set: moved });
  told.remove();
  await stage.calcom.deliveries.release();
  await desk.settle();
  assert.match(desk.read(desk.alertOf(1)), /hier und in Cal\.com steht Verschiedenes[\s\S]*In Cal\.com: Di/);
  const view = await desk.open(SABINE, 1, 'decide');
  const truth = view.blocks.find(({ block_id }) => block_id === 'truth')?.element as {
    options: { value: string }[];
  };
  const theirs = truth.options.find(({ value }) => value.startsWith('theirs'))?.value ?? '';
  assert.deepEqual((await desk.submit(SABINE, { truth: theirs })).ackBody, { response_action: 'clear' });
  await desk.settle();
  assert.equal((await desk.appointment(1)).starts_at, toSqlInstant(at(0)));
  assert.deepEqual(await desk.openAlerts(), []);
  assert.ok(desk.threadOf(1).includes('@U0SUPPORT1 hat entschieden: es gilt Cal.com.'));

  await hands.requestReschedule(uidOf(2), 'ill');
  stage.clock.advance(11_000);
  await desk.until('it is told', () => stage.slack.messages(stage.config.slackAlertChannel).length > 1);
  await desk.settle();
  assert.match(desk.read(desk.alertOf(2)), /in Cal\.com abgesagt[\s\S]*Neu buchen/);
  assert.equal(uidOf(2), '');
  await desk.press(SABINE, desk.alertOf(2).ts, 'retry');
  await desk.settle();
  assert.notEqual(uidOf(2), '');
  assert.deepEqual(await desk.openAlerts(), []);
});
