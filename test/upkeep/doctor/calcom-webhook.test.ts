import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSandboxClock } from '../../../sandbox/clock.ts';
import { WANTED_EVENTS } from '../../../src/calcom/webhook.ts';
import { registerAt } from '../../../src/doctor.ts';
import { databases } from '../../support/databases.ts';
import { NOON } from '../../support/salon.ts';
import { kindsOf, openInstallation } from './installation.ts';

const [sqlite] = databases();
assert.ok(sqlite);
const ADDRESS = 'https://bot.salon.example/webhooks/calcom';
const SECRET = { CALCOM_WEBHOOK_SECRET: 'a secret that both sides know' };

it('the doctor registers the webhook once, mends it, and tells what is wrong with it', async (t) => {
  const installation = await openInstallation(t, sqlite);
  const { calcom, complaints } = installation;
  const environment = { ...installation.environment, ...SECRET };
  const clock = { ...createSandboxClock(NOON), sleep: async () => {} };
  const register = (address: string) => registerAt(address, { environment, clock });
  const found = async () => {
    const findings = await complaints(SECRET);
    return [kindsOf(findings), findings.map(({ what }) => what).join(' ')];
  };

  assert.deepEqual(kindsOf(await complaints()), []);
  assert.deepEqual((await found())[0], ['warning calcom.webhook']);
  assert.equal(await register(ADDRESS), 'created');
  assert.deepEqual(calcom.state.webhooks[0]?.triggers, WANTED_EVENTS);
  assert.deepEqual((await found())[0], []);
  assert.equal(await register(ADDRESS), 'unchanged');

  Object.assign(calcom.state.webhooks[0] ?? {}, {
    triggers: ['MEETING_ENDED'],
    active: false,
    secret: 'another',
  });
  const [kinds, says] = await found();
  assert.deepEqual(kinds, ['failed calcom.webhook']);
  assert.match(String(says), /switched off.*another secret.*BOOKING_CREATED/s);
  assert.ok(!String(says).includes(SECRET.CALCOM_WEBHOOK_SECRET));
  assert.equal(await register(ADDRESS), 'updated');
  assert.equal(calcom.state.webhooks.length, 1);
  assert.deepEqual(
    calcom.state.webhooks[0]?.triggers.toSorted(),
    [...WANTED_EVENTS, 'MEETING_ENDED'].toSorted(),
  );
  assert.deepEqual((await found())[0], []);

  await assert.rejects(register('http://bot.salon.example/webhooks/calcom'), /https/);
  await assert.rejects(register('https://bot.salon.example/hook'), /must end with/);
  const { CALCOM_WEBHOOK_SECRET: _, ...without } = environment;
  await assert.rejects(registerAt(ADDRESS, { environment: without, clock }), /CALCOM_WEBHOOK_SECRET/);
});
