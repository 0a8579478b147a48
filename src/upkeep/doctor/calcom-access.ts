import type { Calcom, EventType } from '../../calcom/client.ts';
import { CalcomBusy, CalcomError, CalcomRefused, CalcomUnauthorized } from '../../calcom/errors.ts';
import type { Clock } from '../../clock.ts';
import { type Finding, failed, ok, skipped, warning } from '../../finding.ts';
import { MINUTE } from '../../instant.ts';
import { CallNotMade } from '../../sync/calls.ts';
import { checkWebhook } from './calcom-webhook.ts';
import { checkEventTypes, type MapEntry } from './event-types.ts';
import { listed } from './listed.ts';

const KEY = 'calcom.key';
const READING_MS_MAX = 2 * MINUTE;

/** How the doctor asks Cal.com. It never opens the bot's breaker: its key may be another than the running bot's. */
export interface CalcomProbe {
  calcom: Calcom;
  clock: Clock;
  /** Resolves when the shared pace allows a call. */
  permit(): Promise<void>;
  /** Cal.com asked for a pause. */
  pause(ms: number): Promise<void>;
}

/** The key, and with it every event type of the map and the webhook; without a map (null) no event types. */
export async function checkCalcom(
  probe: CalcomProbe,
  map: MapEntry[] | null,
  webhookSecret: string | null = null,
): Promise<Finding[]> {
  const key = await checkKey(probe);
  const webhook = key.level === 'ok' ? await checkWebhook(probe, webhookSecret) : [];
  return [...(await checkTypes(probe, map, key)), ...webhook];
}

async function checkTypes(probe: CalcomProbe, map: MapEntry[] | null, key: Finding): Promise<Finding[]> {
  if (key.level !== 'ok') return [key, skipped('calcom.event_types', 'Event types need a key that works.')];
  if (map === null)
    return [
      key,
      skipped('calcom.event_types', 'The event types are in calcom_event_map, which cannot be read.'),
    ];
  if (map.length === 0) return [key, skipped('calcom.event_types', 'calcom_event_map names no event type.')];
  const read = await readEventTypes(probe, [...new Set(map.map(({ eventTypeId }) => eventTypeId))]);
  return [key, ...cutShort(read), checkVisible(read, map), ...checkEventTypes(read.seen, map)];
}

async function checkKey({ calcom, permit }: CalcomProbe): Promise<Finding> {
  try {
    await permit();
    const { id } = await calcom.me();
    return ok(KEY, `Cal.com takes the key, which belongs to its user ${id}.`);
  } catch (error) {
    if (error instanceof CallNotMade || error instanceof CalcomBusy)
      return skipped(KEY, 'Cal.com takes no more calls for the moment; run the doctor again in a minute.');
    if (error instanceof CalcomError) return keyTrouble(error);
    throw error;
  }
}

function keyTrouble(error: CalcomError): Finding {
  const why = 'Nothing can be booked.';
  if (error instanceof CalcomUnauthorized)
    return failed(KEY, {
      what: 'Cal.com refuses the key.',
      why,
      remedy: 'Make a new key in Cal.com under Settings > API keys, set CALCOM_API_KEY, and restart the bot.',
    });
  const isElsewhere = error.status !== null && error.status < 500;
  if (isElsewhere)
    return failed(KEY, {
      what: `What answers at CALCOM_API_URL is not Cal.com's API v2 (status ${error.status}).`,
      why,
      remedy: 'Set CALCOM_API_URL to https://api.cal.com, or to the API of your own Cal.com, without /v2.',
    });
  const { code } = (error.cause ?? {}) as { code?: unknown };
  const seen = error.status ?? (typeof code === 'string' ? code : 'no answer in time');
  return failed(KEY, {
    what: `Cal.com does not answer (${seen}).`,
    why,
    remedy:
      'See that this machine reaches CALCOM_API_URL over HTTPS; if it does, wait until Cal.com is back.',
  });
}

interface Read {
  seen: EventType[];
  /** Those that Cal.com does not show with this key. */
  hidden: number[];
  /** Those that were not asked for. */
  left: number[];
}

/** One call each, until Cal.com is slow to permit them, fails to answer, or two minutes are over. */
async function readEventTypes(probe: CalcomProbe, ids: number[]): Promise<Read> {
  const { calcom, clock, permit, pause } = probe;
  const read: Read = { seen: [], hidden: [], left: ids.toSorted((one, other) => one - other) };
  const endsAt = clock.now().getTime() + READING_MS_MAX;
  for (const id of [...read.left]) {
    if (clock.now().getTime() > endsAt) break;
    try {
      await permit();
      read.seen.push(await calcom.eventType(id));
    } catch (error) {
      if (error instanceof CalcomBusy) await pause(error.resetMs);
      if (error instanceof CalcomRefused) read.hidden.push(id);
      else if (error instanceof CalcomError || error instanceof CallNotMade) break;
      else throw error;
    }
    read.left.shift();
  }
  return read;
}

function cutShort({ left }: Read): Finding[] {
  if (left.length === 0) return [];
  return [
    warning('calcom.event_types', {
      what: `Event types that were not looked at (${left.length}): ${listed(left)}.`,
      why: 'Cal.com did not answer, or two minutes of the calls it allows were used up.',
      remedy: 'Run the doctor again at a quiet time.',
    }),
  ];
}

function checkVisible({ seen, hidden }: Read, map: MapEntry[]): Finding {
  const name = 'calcom.visible';
  if (hidden.length === 0) return ok(name, `Cal.com shows all ${seen.length} event types asked for.`);
  const entries = map
    .filter(({ eventTypeId }) => hidden.includes(eventTypeId))
    .map(({ eventTypeId, serviceId, staffId }) => `${eventTypeId} (service ${serviceId}, staff ${staffId})`);
  return failed(name, {
    what: `Cal.com does not show these event types with this key: ${listed(entries)}.`,
    why: 'Their appointments cannot be booked: the type is deleted, or the account of the key may not see it.',
    remedy:
      'Correct event_type_id in calcom_event_map, or use the key of an admin of the team that owns the type.',
  });
}
