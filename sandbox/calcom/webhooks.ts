// /v2/webhooks and /v2/event-types/{id}/webhooks: who wants to be told of what.

import { randomUUID } from 'node:crypto';
import { type Answer, type FieldError, refused, refusedFields, success } from './answers.ts';
import type { Fields } from './body-rules.ts';
import type { Backend, Call } from './call.ts';
import { numericParam } from './change-booking.ts';
import { readNumber } from './list-query.ts';
import type { CalcomState, Webhook } from './world.ts';
import { findEventType } from './world-lookup.ts';

const TRIGGERS = (
  'BOOKING_CREATED BOOKING_PAYMENT_INITIATED BOOKING_PAID BOOKING_RESCHEDULED BOOKING_REQUESTED ' +
  'BOOKING_CANCELLED BOOKING_REJECTED BOOKING_NO_SHOW_UPDATED FORM_SUBMITTED FORM_SUBMITTED_NO_EVENT ' +
  'ROUTING_FORM_FALLBACK_HIT MEETING_STARTED MEETING_ENDED RECORDING_READY ' +
  'RECORDING_TRANSCRIPTION_GENERATED INSTANT_MEETING OOO_CREATED AFTER_HOSTS_CAL_VIDEO_NO_SHOW ' +
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW DELEGATION_CREDENTIAL_ERROR WRONG_ASSIGNMENT_REPORT'
).split(' ');
const TAKE = { key: 'take', min: 1, max: 250, standard: 250 };
const SKIP = { key: 'skip', min: 0, max: Number.MAX_SAFE_INTEGER, standard: 0 };

interface Rule {
  property: 'subscriberUrl' | 'triggers' | 'active' | 'secret';
  isRight: (value: unknown) => boolean;
  constraints: Record<string, string>;
  required: boolean;
}

const RULES: Rule[] = [
  {
    property: 'subscriberUrl',
    isRight: (value) => typeof value === 'string',
    constraints: { isString: 'subscriberUrl must be a string' },
    required: true,
  },
  {
    property: 'triggers',
    isRight: (value) => Array.isArray(value) && value.every((each) => TRIGGERS.includes(each)),
    constraints: {
      isEnum: `each value in triggers must be one of the following values: ${TRIGGERS.join(', ')}`,
    },
    required: true,
  },
  {
    property: 'active',
    isRight: (value) => typeof value === 'boolean',
    constraints: { isBoolean: 'active must be a boolean value' },
    required: true,
  },
  {
    property: 'secret',
    isRight: (value) => typeof value === 'string',
    constraints: { isString: 'secret must be a string' },
    required: false,
  },
];

/** 201 with the webhook; 409 when the same level of the same owner has this address already. */
export function createWebhook({ state }: Backend, call: Call): Answer {
  const level = levelOf(state, call);
  const wanted = readWanted(
    call.body,
    RULES.filter(({ required }) => required),
  );
  if (
    state.webhooks.some((webhook) => isAt(webhook, level) && webhook.subscriberUrl === wanted.subscriberUrl)
  ) {
    const whose = level.eventTypeId === null ? 'user' : 'event type';
    throw refused(409, `Webhook with this subscriber url already exists for this ${whose}`);
  }
  const given = wanted as Required<Wanted>;
  const webhook: Webhook = { id: randomUUID(), ...level, ...given, secret: wanted.secret ?? null };
  state.webhooks.push(webhook);
  return success(201, show(webhook));
}

export function listWebhooks({ state }: Backend, call: Call): Answer {
  const level = levelOf(state, call);
  const errors: FieldError[] = [];
  const [take, skip] = [TAKE, SKIP].map((rule) => readNumber(call.query, rule, errors)) as [number, number];
  if (errors.length > 0) throw refusedFields(errors);
  const own = state.webhooks.filter((webhook) => isAt(webhook, level));
  return success(200, own.slice(skip, skip + take).map(show));
}

export function getWebhook({ state }: Backend, call: Call): Answer {
  return success(200, show(existing(state, call)));
}

export function updateWebhook({ state }: Backend, call: Call): Answer {
  const webhook = existing(state, call);
  Object.assign(webhook, readWanted(call.body, []));
  return success(200, show(webhook));
}

export function deleteWebhook({ state }: Backend, call: Call): Answer {
  const webhook = existing(state, call);
  state.webhooks.splice(state.webhooks.indexOf(webhook), 1);
  return success(200, show(webhook));
}

type Level = Pick<Webhook, 'ownerId' | 'eventTypeId'>;
type Wanted = Partial<Pick<Webhook, 'subscriberUrl' | 'triggers' | 'active' | 'secret'>>;

/** The path's first part names an event type, or nothing for the key owner's own webhooks. */
function levelOf(state: CalcomState, { params: [eventType], caller }: Call): Level {
  const ownerId = caller?.id ?? 0;
  if (!eventType) return { ownerId, eventTypeId: null };
  const eventTypeId = numericParam(eventType);
  if (!findEventType(state, eventTypeId)) throw refused(404, `Event type with id ${eventTypeId} not found`);
  return { ownerId, eventTypeId };
}

function isAt(webhook: Webhook, { ownerId, eventTypeId }: Level): boolean {
  return webhook.eventTypeId === eventTypeId && (eventTypeId !== null || webhook.ownerId === ownerId);
}

function existing(state: CalcomState, call: Call): Webhook {
  const level = levelOf(state, call);
  const id = call.params[1];
  const webhook = state.webhooks.find((candidate) => candidate.id === id && isAt(candidate, level));
  if (!webhook) throw refused(404, `Webhook (${id}) not found`);
  return webhook;
}

/** Unlike a booking's, unknown keys are dropped without a word. */
function readWanted(body: unknown, required: Rule[]): Wanted {
  const fields = (body ?? {}) as Fields;
  const wrong = RULES.filter(({ property, isRight }) =>
    fields[property] === undefined
      ? required.some((rule) => rule.property === property)
      : !isRight(fields[property]),
  );
  if (wrong.length > 0) {
    throw refusedFields(
      wrong.map(({ property, constraints }) => ({ property, value: fields[property], constraints })),
    );
  }
  const given = RULES.map(({ property }) => property).filter((property) => fields[property] !== undefined);
  return Object.fromEntries(given.map((property) => [property, fields[property]]));
}

function show({ id, ownerId, eventTypeId, subscriberUrl, triggers, active, secret }: Webhook): object {
  const whose = eventTypeId === null ? { userId: ownerId } : { eventTypeId };
  return { id, ...whose, subscriberUrl, triggers, active, secret, payloadTemplate: null };
}
