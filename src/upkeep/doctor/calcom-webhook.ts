import type { Calcom, Webhook } from '../../calcom/client.ts';
import { CalcomError } from '../../calcom/errors.ts';
import { WANTED_EVENTS } from '../../calcom/webhook.ts';
import { type Finding, failed, ok, skipped, warning } from '../../finding.ts';
import { CallNotMade } from '../../sync/calls.ts';
import { listed } from './listed.ts';

const CHECK = 'calcom.webhook';
const PATH = '/webhooks/calcom';
const REGISTER =
  'npm run doctor -- --register-webhook https://…/webhooks/calcom, with the address of this bot';

interface Probe {
  calcom: Pick<Calcom, 'webhooks' | 'createWebhook' | 'updateWebhook'>;
  permit(): Promise<void>;
}

/** What is wrong with an address to register, or null. */
export function troubleWithAddress(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.pathname !== PATH || url.search !== '')
    return `the address of the webhook must end with ${PATH}`;
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) return 'the address of the webhook must begin with https://';
  return null;
}

/** Has Cal.com tell this address of every change. Running it again changes nothing, or mends what was changed. */
export async function registerWebhook(
  { calcom, permit }: Probe,
  { address, secret }: { address: string; secret: string },
): Promise<'created' | 'updated' | 'unchanged'> {
  await permit();
  const existing = (await calcom.webhooks()).find(({ url }) => url === address);
  const wanted = { url: address, events: WANTED_EVENTS, isActive: true, secret };
  if (existing && troublesOf(existing, secret).length === 0) return 'unchanged';
  await permit();
  if (existing === undefined) {
    await calcom.createWebhook(wanted);
    return 'created';
  }
  // Whoever added further events may want them.
  const events = [...new Set([...existing.events, ...WANTED_EVENTS])];
  await calcom.updateWebhook(existing.id, { ...wanted, events });
  return 'updated';
}

/** Whether Cal.com tells this bot of changes, wherever it is reached; nothing when the bot does not listen. */
export async function checkWebhook({ calcom, permit }: Probe, secret: string | null): Promise<Finding[]> {
  if (secret === null) return [];
  let webhooks: Webhook[];
  try {
    await permit();
    webhooks = await calcom.webhooks();
  } catch (error) {
    if (!(error instanceof CalcomError || error instanceof CallNotMade)) throw error;
    return [skipped(CHECK, 'Cal.com did not say which webhooks are registered.')];
  }
  const own = webhooks.filter(({ url }) => URL.parse(url)?.pathname === PATH);
  if (own.length === 0) {
    return [
      warning(CHECK, {
        what: `Cal.com has no webhook that ends with ${PATH}.`,
        why: 'What people change in Cal.com is only found every quarter of an hour, by comparing.',
        remedy: `Run ${REGISTER}.`,
      }),
    ];
  }
  return own.map((webhook) => findingOf(webhook, secret));
}

function findingOf(webhook: Webhook, secret: string): Finding {
  const troubles = troublesOf(webhook, secret);
  if (troubles.length === 0) return ok(CHECK, `Cal.com tells ${webhook.url} of every change.`);
  const isDeaf = webhook.secret !== secret || !webhook.isActive;
  return (isDeaf ? failed : warning)(CHECK, {
    what: `The webhook ${webhook.url} in Cal.com ${troubles.join(', and ')}.`,
    why: 'What people change in Cal.com is found late.',
    remedy: `Run ${REGISTER}: it mends the one that is there. Delete it in Cal.com if it is of no use any more.`,
  });
}

function troublesOf(
  { isActive, secret: theirs, events, payloadTemplate }: Webhook,
  secret: string,
): string[] {
  const missing = WANTED_EVENTS.filter((event) => !events.includes(event));
  return [
    ...(isActive ? [] : ['is switched off']),
    ...(theirs === secret ? [] : ['has another secret than CALCOM_WEBHOOK_SECRET']),
    ...(missing.length === 0 ? [] : [`does not tell of ${listed(missing)}`]),
    ...(payloadTemplate ? ['has a payload template, which changes what is sent'] : []),
  ];
}
