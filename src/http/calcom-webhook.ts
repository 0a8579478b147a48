import { createHash } from 'node:crypto';
import { isFromCalcom, readWebhook } from '../calcom/webhook.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Db } from '../database.ts';
import { MINUTE } from '../instant.ts';
import type { Log } from '../log.ts';
import { hearWebhook } from '../sync/hear-webhook.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, type Route } from './route.ts';

const COMPLAIN_EVERY_MS = MINUTE;

/**
 * `POST /webhooks/calcom`: takes what Cal.com tells and answers at once, since Cal.com's own caller waits for it. It
 * asks Cal.com nothing: what is told is noted, and the engine looks.
 */
export function calcomWebhookRoute(deps: {
  db: Db;
  clock: Clock;
  log: Log;
  secret: string;
  /** Called when there is something to look at. */
  onWoken: () => void;
}): Route {
  const { db, clock, log, secret, onWoken } = deps;
  let complainedAt = 0;

  /** Once a minute: anybody can send requests, and a wrong secret must still be found in the log. */
  function complain(): void {
    const now = systemClock.now().getTime();
    if (now - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = now;
    log.warn({ path: '/webhooks/calcom', variable: 'CALCOM_WEBHOOK_SECRET' }, 'signature.refused');
  }

  async function answer({ headers, body }: HttpRequest): Promise<HttpAnswer> {
    if (!isFromCalcom({ header: headers['x-cal-signature-256'], body }, secret)) {
      complain();
      return jsonAnswer(401, { error: 'unauthorized' });
    }
    const event = readWebhook(body);
    if (event === null) return jsonAnswer(400, { error: 'not_understood' });
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const heard = await hearWebhook(db, event, { bodyHash, now: clock.now() });
    const { outcome, appointmentId } = heard === 'repeated' ? { outcome: heard, appointmentId: null } : heard;
    if (outcome === 'woken' && appointmentId !== null) {
      log.info({ event: event.event, appointmentId }, 'change.heard');
      onWoken();
    } else log.debug({ event: event.event, outcome, appointmentId }, 'webhook.heard');
    return jsonAnswer(200, { outcome });
  }
  return { method: 'POST', path: '/webhooks/calcom', answer };
}
