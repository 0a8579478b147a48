// The page's server: its files, a stream of pictures, and the controls. It listens on loopback alone, and answers
// nobody but the page itself and programs of this machine.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ControlError, controls } from './control.ts';
import { createDeeds } from './deeds.ts';
import { createFaultSwitches } from './fault-switches.ts';
import type { PageStage } from './page-stage.ts';
import { isPerson, type PageParts, pictureFor } from './picture.ts';
import { readSlashCommands } from './slash-commands.ts';

export interface Page {
  /** `http://localhost:PORT`. */
  url: string;
  stop(): Promise<void>;
}

const WEB = path.join(import.meta.dirname, 'web');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const FILE = /^\/([a-z][a-z-]*\.(?:html|js|css))?$/;
const BODY_BYTES_MAX = 100_000;
/** Many changes in a moment are one picture. */
const GATHER_MS = 40;
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** `port` 0 takes a free one. Rejects when the port is taken. */
export async function startPage(stage: PageStage, { port }: { port: number }): Promise<Page> {
  const parts: PageParts = {
    stage,
    faults: createFaultSwitches(stage),
    deeds: createDeeds(stage),
    commands: readSlashCommands(),
  };
  const streams = createStreams(parts);
  const server = createServer((request, response) => {
    answer(request, response, { parts, streams }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { problem: String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const advice = 'end what listens there, or give another --page-port';
      reject(new Error(`cannot listen on port ${port}: ${advice}`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      streams.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

interface Desk {
  parts: PageParts;
  streams: Streams;
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  if (!isFromHere(request)) return send(response, 403, { problem: 'only the page itself may ask' });
  const url = new URL(request.url ?? '/', 'http://page');
  const [, area, name = ''] = url.pathname.split('/');
  if (request.method === 'POST' && area === 'control')
    return runControl(request, response, { ...desk, name });
  if (request.method !== 'GET')
    return send(response, 405, { problem: 'the page takes GET and POST /control/' });
  const person = url.searchParams.get('person') ?? '';
  if (area === 'slack-files') return sendSlackFile(response, name, desk.parts.stage);
  if (url.pathname !== '/events' && url.pathname !== '/picture') return sendFile(response, url.pathname);
  if (!isPerson(person, desk.parts.stage))
    return send(response, 404, { problem: `there is no person ${person}` });
  if (url.pathname === '/events') return desk.streams.open(person, response);
  return send(response, 200, pictureFor(person, desk.parts));
}

/** A page of another site names itself in Origin, and one that plays with names in Host. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

async function runControl(
  request: IncomingMessage,
  response: ServerResponse,
  { parts, streams, name }: Desk & { name: string },
): Promise<void> {
  const run = Object.hasOwn(controls, name) ? controls[name] : undefined;
  if (!run) return send(response, 404, { problem: `there is no control ${name}` });
  // Only this type makes a browser ask first before it sends what another site wants.
  if (!request.headers['content-type']?.startsWith('application/json'))
    return send(response, 415, { problem: 'a control takes application/json' });
  try {
    send(response, 200, await run(parts, await readJson(request)));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    send(response, 409, { problem: error.message });
  }
  streams.changed();
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new ControlError('that is too much');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError('that is no JSON');
  }
}

async function sendFile(response: ServerResponse, pathname: string): Promise<void> {
  const [, name = 'index.html'] = FILE.exec(pathname) ?? [undefined, ''];
  const content = name && (await readFile(path.join(WEB, name)).catch(() => undefined));
  if (!content) return send(response, 404, { problem: 'there is no such file' });
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES[path.extname(name)] }).end(content);
}

/** A picture that the bot has uploaded to Slack. */
function sendSlackFile(response: ServerResponse, id: string, { slack }: PageStage): void {
  const bytes = slack.files().find((file) => file.id === id)?.bytes;
  if (bytes) response.writeHead(200, { ...HEADERS, 'content-type': 'image/png' }).end(bytes);
  else send(response, 404, { problem: 'there is no such file' });
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}

interface Streams {
  /** Sends the person's picture now and after every change (server-sent events). */
  open(person: string, response: ServerResponse): void;
  changed(): void;
  stop(): void;
}

function createStreams(parts: PageParts): Streams {
  const open = new Map<ServerResponse, string>();
  let timer: NodeJS.Timeout | undefined;
  const push = (response: ServerResponse, person: string) =>
    response.write(`data: ${JSON.stringify(pictureFor(person, parts))}\n\n`);
  const changed = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const [response, person] of open) push(response, person);
    }, GATHER_MS);
  };
  const endings = [parts.stage.slack.onChange(changed), parts.stage.calcom.onChange(changed)];
  return {
    open(person, response) {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
      push(response, person);
      open.set(response, person);
      response.on('close', () => open.delete(response));
    },
    changed,
    stop() {
      clearTimeout(timer);
      for (const end of endings) end();
    },
  };
}
