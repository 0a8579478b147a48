import type { CalcomWorld } from '../../sandbox/calcom/world.ts';
import { KEY_OWNER } from '../../sandbox/calcom/world-lookup.ts';
import { calcomWebhookRoute } from '../../src/http/calcom-webhook.ts';
import { startHttp } from '../../src/http/start-http.ts';
import type { TestEngine } from './databases.ts';
import { createHarness } from './engine-harness.ts';
import { WEBHOOK_KINDS, WEBHOOK_SECRET } from './webhook-payloads.ts';

// Cal.com answers only when it has told the bot, which a loaded machine may take its time for.
const PATIENCE_MS = 10_000;

/** A running engine whom Cal.com tells what people do there; `address` is where it is told. */
export async function openToldSalon(engine: TestEngine, world?: CalcomWorld) {
  const bot = await createHarness({ engine, timeoutMs: PATIENCE_MS, ...(world && { world }) });
  const { db, clock } = bot;
  const running = bot.start();
  const onWoken = () => running.nudge();
  const routes = [calcomWebhookRoute({ db, clock, log: bot.log, secret: WEBHOOK_SECRET, onWoken })];
  const http = await startHttp({ host: '127.0.0.1', port: 0, routes, log: bot.log });
  const address = `${http.address}/webhooks/calcom`;
  const hook = { ownerId: KEY_OWNER.id, eventTypeId: null, triggers: WEBHOOK_KINDS, active: true };
  bot.calcom.state.webhooks.push({ id: 'one', subscriberUrl: address, secret: WEBHOOK_SECRET, ...hook });
  return {
    ...bot,
    address,
    async close(): Promise<void> {
      await http.stop();
      await bot.close();
    },
  };
}
