import { createHmac } from 'node:crypto';
import type { Deliveries } from '../../sandbox/calcom/deliveries.ts';
import { writePayload } from '../../sandbox/calcom/webhook-payload.ts';
import type { CalcomState } from '../../sandbox/calcom/world.ts';
import type { HttpRequest } from '../../src/http/route.ts';
import { MINUTE, SECOND } from '../../src/instant.ts';
import { drawFault } from './faults.ts';
import type { Stage } from './simulated-database.ts';

export const WEBHOOK_SECRET = 'whsec_sim';
/** Later than this after it was sent no webhook arrives. */
const ARRIVES_WITHIN_MS = 5 * MINUTE;
/** Cal.com tells of a cancellation before it can be read, and waits for the one who hears it. */
const HEARD_WITHIN_MS = 5 * SECOND;

/** Sends what Cal.com tells to whoever hears it: once, twice, late and so in another order, or not at all. */
export function createSimulatedDeliveries(
  { scheduler, random, faults }: Stage,
  state: CalcomState,
  hear: (request: HttpRequest) => void,
): Deliveries {
  function arrive(body: Buffer, ms: number): void {
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
    scheduler.after(ms, null, () => hear({ headers: { 'x-cal-signature-256': signature }, body }));
  }

  return {
    sent: [],
    meet: () => ({ remove() {} }),
    async release() {},
    async tell(event) {
      const body = Buffer.from(JSON.stringify(writePayload(state, event, new Date(scheduler.nowMs()))));
      const fault = drawFault(random, faults().webhook);
      scheduler.note(`Cal.com tells ${event.trigger} of ${event.booking.uid}: ${fault ?? 'once'}`);
      const soonMs = random.between(5, 200);
      if (fault !== 'lost') arrive(body, fault === 'late' ? random.between(0, ARRIVES_WITHIN_MS) : soonMs);
      if (fault === 'twice') arrive(body, random.between(0, ARRIVES_WITHIN_MS));
      await scheduler.wait(random.chance(0.1) ? random.between(0, HEARD_WITHIN_MS) : soonMs, null);
    },
  };
}
