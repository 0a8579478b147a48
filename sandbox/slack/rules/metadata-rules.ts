import type { StoredMessage } from '../slack-look-alike.ts';
import { refuseForm } from '../slack-refusal.ts';
import { isObject } from './shape.ts';

/** Slack names the error but not the size; so much is surely a mistake. */
const METADATA_BYTES_MAX = 16_384;

/** Message metadata: an event_type and a flat payload of scalars, objects of scalars, or lists of those. */
export function checkMetadata(given: unknown): NonNullable<StoredMessage['metadata']> {
  if (!isObject(given)) throw refuseForm('invalid_metadata_format');
  const { event_type: type, event_payload: payload, ...others } = given;
  const isNamed = typeof type === 'string' && /^[A-Za-z0-9_.-]{1,255}$/.test(type);
  const hasForm = isNamed && isObject(payload) && Object.keys(others).length === 0;
  if (!hasForm || !Object.values(payload).every(isPayloadValue)) throw refuseForm('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(given)) > METADATA_BYTES_MAX) throw refuseForm('metadata_too_large');
  return { event_type: type, event_payload: payload };
}

function isPayloadValue(value: unknown): boolean {
  return (
    isScalar(value) ||
    isFlat(value) ||
    (Array.isArray(value) && value.every((each) => isScalar(each) || isFlat(each)))
  );
}

function isFlat(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isScalar);
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
