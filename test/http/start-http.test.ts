import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { HttpRequest, Route } from '../../src/http/route.ts';
import { type Http, type HttpLimits, startHttp } from '../../src/http/start-http.ts';
import { createRecordedLog, type RecordedLog } from '../slack/slack-fixtures.ts';
import { openRaw, sendRaw } from './send-raw.ts';

const BODY_BYTES_MAX = 2_000;
const SHORT_MS = 300;

describe('the HTTP server', () => {
  let http: Http;
  let recorded: RecordedLog;
  let seen: HttpRequest[];
  let reached: PromiseWithResolvers<void>;
  let goOn: PromiseWithResolvers<void>;

  const routes: Route[] = [
    { method: 'GET', path: '/here', answer: async () => ({ status: 200, body: 'here' }) },
    {
      method: 'POST',
      path: '/take',
      async answer(received) {
        seen.push(received);
        return { status: 202 };
      },
    },
    {
      method: 'POST',
      path: '/break',
      answer: () => Promise.reject(new Error('the secret cause at src/somewhere.ts')),
    },
    {
      method: 'POST',
      path: '/wait',
      async answer() {
        reached.resolve();
        await goOn.promise;
        return { status: 200, body: 'at last' };
      },
    },
  ];
  const start = async (limits: Partial<HttpLimits> = {}) => {
    await http?.stop();
    http = await startHttp({
      host: '127.0.0.1',
      port: 0,
      routes,
      log: recorded.log,
      limits: { bodyBytesMax: BODY_BYTES_MAX, ...limits },
    });
  };
  const fetched = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${http.address}${path}`, { signal: AbortSignal.timeout(10_000), ...init });
    return { response, status: response.status, body: await response.text() };
  };
  const post = (path: string, body: string) => fetched(path, { method: 'POST', body });

  beforeEach(async () => {
    recorded = createRecordedLog();
    seen = [];
    reached = Promise.withResolvers();
    goOn = Promise.withResolvers();
    await start();
  });
  afterEach(async () => {
    goOn.resolve();
    await http.stop();
  });

  it('finds a free port, and says in the log where it listens', async () => {
    assert.match(http.address, /^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
    assert.ok(recorded.lines.some(({ address }) => address === http.address));
  });

  it('does not start on a port that is taken', async () => {
    const port = Number(new URL(http.address).port);
    await assert.rejects(startHttp({ host: '127.0.0.1', port, routes, log: recorded.log }), /EADDRINUSE/);
  });

  it('answers by path and method, whatever the query', async () => {
    assert.equal((await fetched('/here?a=%00')).body, 'here');
    const head = await fetched('/here', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.equal((await fetched('/')).status, 404);
    assert.equal((await fetched('/here/')).status, 404);
    const wrong = await post('/here', '');
    assert.deepEqual([wrong.status, wrong.response.headers.get('allow')], [405, 'GET']);
    assert.equal((await fetched('/take')).status, 405);
  });

  it('gives every request an id, or keeps a safe one, and every line of it has it', async () => {
    const idOf = async (given?: string, path = '/here') => {
      const init = given === undefined ? {} : { headers: { 'x-request-id': given } };
      return (await fetched(path, init)).response.headers.get('x-request-id');
    };
    assert.equal(await idOf('proxy-4711.a_b'), 'proxy-4711.a_b');
    assert.match((await idOf(undefined, '/nowhere')) ?? '', /^[0-9a-f-]{36}$/);
    for (const odd of ['short', 'a'.repeat(65), 'with a space', '{"json":1}', 'anna@example.com'])
      assert.match((await idOf(odd)) ?? '', /^[0-9a-f-]{36}$/, odd);
    await fetched('/break', { method: 'POST', headers: { 'x-request-id': 'proxy-4712' } });
    const [failed] = recorded.lines.filter(({ msg }) => msg === 'http.failed');
    assert.deepEqual([failed?.requestId, failed?.path], ['proxy-4712', '/break']);
  });

  it('hands on the body as it came, up to the limit', async () => {
    const body = 'ä'.repeat(BODY_BYTES_MAX / 2);
    assert.equal((await post('/take', body)).status, 202);
    assert.equal(seen[0]?.body.toString(), body);
    assert.equal((await post('/take', `${body}x`)).status, 413);
    assert.equal(seen.length, 1);
  });

  it('refuses a huge body, announced or not, and lives on', async () => {
    const announced = await sendRaw(
      http.address,
      `POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n${'x'.repeat(50_000)}`,
    );
    assert.match(announced, /^HTTP\/1\.1 413 /);
    const chunked = await sendRaw(
      http.address,
      `POST /take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`ffff\r\n${'x'.repeat(0xffff)}\r\n`.repeat(20)}`,
    );
    assert.match(chunked, /^HTTP\/1\.1 413 /);
    assert.equal(seen.length, 0);
    assert.equal((await fetched('/here')).status, 200);
  });

  it('answers what is no HTTP with 400, and too many headers with 431', async () => {
    assert.match(await sendRaw(http.address, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await sendRaw(http.address, '\u0016\u0003\u0001\u0000binary\r\n\r\n'), /^HTTP\/1\.1 400 /);
    const contradiction =
      'POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    assert.match(await sendRaw(http.address, contradiction), /^HTTP\/1\.1 400 /);
    const headers = `GET /here HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.match(await sendRaw(http.address, headers), /^HTTP\/1\.1 431 /);
    const strange = 'GET //evil.example/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    assert.match(await sendRaw(http.address, strange), /^HTTP\/1\.1 404 /);
    assert.equal((await fetched('/here')).status, 200);
  });

  it('ends a request that does not arrive, be it in its headers or in its body', async () => {
    await start({ headersMs: SHORT_MS, requestMs: SHORT_MS });
    const headers = await openRaw(http.address);
    headers.write('GET /here HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const body = await openRaw(http.address);
    body.write('POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this');
    assert.match(await headers.received(), /^HTTP\/1\.1 408 /);
    assert.match(await body.received(), /^HTTP\/1\.1 408 /);
    assert.equal(seen.length, 0);
  });

  it('serves only so many connections at a time, and others again when they are gone', async () => {
    await start({ connectionsMax: 2, headersMs: SHORT_MS, requestMs: SHORT_MS });
    const slow = await Promise.all([openRaw(http.address), openRaw(http.address)]);
    for (const each of slow) each.write('GET /here HTTP/1.1\r\n');
    assert.equal(await sendRaw(http.address, 'GET /here HTTP/1.1\r\nHost: x\r\n\r\n'), '');
    await Promise.all(slow.map((each) => each.received()));
    assert.equal((await fetched('/here')).status, 200);
  });

  it('forgets a request whose sender goes away in the middle of it', { timeout: 5_000 }, async () => {
    const sender = await openRaw(http.address);
    sender.write('POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n');
    await sender.saw('100 Continue');
    sender.destroy();
    assert.equal((await post('/take', 'whole')).status, 202);
    assert.equal(seen.length, 1);
    await http.stop();
  });

  it('logs what broke, and answers without a word about it', async () => {
    const broken = await post('/break', '');
    assert.equal(broken.status, 500);
    assert.deepEqual(JSON.parse(broken.body), { error: 'failed' });
    assert.equal(recorded.lines.filter(({ level }) => level === 50).length, 1);
  });

  it('answers what it has taken before it stops, and takes no more', async () => {
    const answer = post('/wait', '');
    await reached.promise;
    const stopped = http.stop();
    await assert.rejects(fetched('/here'));
    goOn.resolve();
    assert.equal((await answer).body, 'at last');
    await stopped;
  });

  it('stops at once when connections are only kept open or half asked', async () => {
    const half = await openRaw(http.address);
    half.write('GET /here HTTP/1.1\r\nHost: x\r\n');
    const kept = await openRaw(http.address);
    kept.write('GET /here HTTP/1.1\r\nHost: x\r\n\r\n');
    await kept.saw('here');
    await http.stop();
    assert.match(await kept.received(), /^HTTP\/1\.1 200 /);
    assert.equal(await half.received(), '');
  });

  it('does not wait for ever when it stops', async () => {
    await start({ drainingMs: SHORT_MS });
    const answer = post('/wait', '');
    await reached.promise;
    await Promise.all([assert.rejects(answer), http.stop()]);
  });
});
