import { z } from 'zod';

/** What somebody wants, in their own words; null is what they left out. */
export interface Wish {
  name: string | null;
  phone: string | null;
  email: string | null;
  service: string | null;
  staff: string | null;
  date: string | null;
  time: string | null;
  language: string | null;
}

export interface DoorRequest {
  /** Retell's id of the phone call, null for a web form. */
  callId: string | null;
  wish: Wish;
}

// Agents fill fields in as they like: numbers, null and empty texts are as good as what they stand for.
const words = (lengthMax: number) =>
  z
    .union([z.string(), z.number()], { error: 'must be text' })
    .nullish()
    .transform((value) => tidy(String(value ?? '')))
    .refine((text) => text.length <= lengthMax, { error: `must have at most ${lengthMax} characters` })
    .transform((text) => (text === '' ? null : text));

const wishShape = z.object({
  name: words(200),
  phone: words(100),
  email: words(254),
  service: words(200),
  staff: words(200),
  date: words(100),
  time: words(100),
  language: words(35),
});
const callShape = z.object({ call_id: words(200) }).nullish();
const FIELDS_THAT_TELL = ['service', 'date', 'time'] as const;

/**
 * Reads the body of a request: Retell's `{name, call, args}`, or the fields alone. Keys that nobody knows are left
 * out. `error` names the field that is wrong and repeats nothing of what was sent.
 */
export function readRequest(body: Buffer): DoorRequest | { error: string } {
  const sent = parseObject(body.toString('utf8'));
  if (!sent) return { error: 'body: must be a JSON object' };
  const isWrapped = 'args' in sent;
  const call = isWrapped ? callShape.safeParse(sent.call) : undefined;
  if (call?.error) return { error: describe(call.error, 'call') };
  const wish = wishShape.safeParse(isWrapped ? sent.args : sent);
  if (wish.error) return { error: describe(wish.error, isWrapped ? 'args' : undefined) };
  if (FIELDS_THAT_TELL.every((field) => wish.data[field] === null))
    return { error: `body: must have ${FIELDS_THAT_TELL.join(', ')}` };
  return { callId: call?.data?.call_id ?? null, wish: wish.data };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function describe(error: z.ZodError, inside?: string): string {
  const [issue] = error.issues;
  const place = [...(inside === undefined ? [] : [inside]), ...(issue?.path ?? [])].map(String).join('.');
  return `${place}: ${issue?.path.length === 0 ? 'must be an object' : issue?.message}`;
}

/** One line without control characters, whatever a transcript brings along. */
function tidy(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
