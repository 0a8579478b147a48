import type { IncomingMessage } from 'node:http';
import type { Json } from '../slack-look-alike.ts';
import type { Call } from './answer-call.ts';

const JSON_ARGUMENTS = ['blocks', 'attachments', 'metadata', 'view', 'files'];

/** The call in a request: form-encoded or JSON, the token in the header or, in a form, as an argument. */
export async function readCall(request: IncomingMessage, method: string): Promise<Call> {
  const body = await readBody(request);
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  const { token, ...args } = isJson ? parseObject(body) : Object.fromEntries(new URLSearchParams(body));
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  for (const name of JSON_ARGUMENTS) if (typeof args[name] === 'string') args[name] = parseOrKeep(args[name]);
  return { method, token: bearer ?? (isJson ? undefined : (token as string | undefined)), args };
}

export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString('utf8');
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parseObject(body: string): Json {
  const value = parseOrKeep(body);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** What does not parse stays text, and is then refused by the rule for that argument. */
function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
