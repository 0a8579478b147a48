import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { Logger } from 'pino';
import { createLog } from '../src/log.ts';

const SECRETS = ['cal_live_77aa', 'p@ss "word"', 'xoxb-1-2-three', 'xoxb-1-2-three-longer'];

function capture(level = 'trace') {
  const lines: string[] = [];
  const written = createLog({
    level,
    secrets: SECRETS,
    destination: { write: (line) => void lines.push(line) },
  });
  // Whatever were logged, in a library or by mistake, is hidden: not only what the vocabulary knows.
  const log = written as unknown as Logger;
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

class RefusedByCalcom extends Error {
  readonly kind = 'refused';
  readonly operation = 'createBooking';
  readonly requestId = 'req-1';
  readonly status = 400;
  readonly answer = { status: 400, body: 'Anna Muster is not available' };
  readonly config = { headers: { authorization: 'Bearer abc' } };
}

describe('a log line', () => {
  it('is one JSON object with its level, time, message and the fields that are known', () => {
    const { log, lines, last } = capture();
    log.child({ replica: 'a' }).warn({ appointmentId: 740, at: null, due: true }, 'claim of %s lost', 'it');
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^[^\n]+\n$/);
    const { level, msg, replica, appointmentId, due, time, ...rest } = last();
    assert.deepEqual(
      [level, msg, replica, appointmentId, due, rest],
      [40, 'claim of it lost', 'a', 740, true, {}],
    );
    assert.equal(new Date(time).toISOString(), time);
  });

  it('is written from the level on that was asked for', () => {
    const { log, lines } = capture('warn');
    log.info('not this');
    log.warn('this');
    assert.equal(lines.length, 1);
    assert.equal(log.isLevelEnabled('info'), false);
  });

  it('goes to stderr, so that stdout is for results', () => {
    const script = `import { createLog } from '${new URL('../src/log.ts', import.meta.url)}';
      createLog({ level: 'info', secrets: [] }).info({}, 'bot.stopped');
      process.exit(0);`;
    const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    });
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /"msg":"bot\.stopped"/);
  });
});

describe('secrets', () => {
  const places: [where: string, write: (log: Logger, secret: string) => void][] = [
    ['in a message', (log, secret) => log.info(`key ${secret} refused`)],
    ['in an argument of a message', (log, secret) => log.info('key %s refused %o', secret, { secret })],
    ['in a field', (log, secret) => log.info({ detail: `is ${secret}` }, 'refused')],
    ['in a nested field and a list', (log, secret) => log.info({ a: [{ b: [`${secret}${secret}`] }] })],
    ['in a key', (log, secret) => log.info({ a: { [secret]: 1 } })],
    [
      'in a binding of a child',
      (log, secret) => log.child({ url: `mysql://u:${secret}@h/d` }).info('opened'),
    ],
    ['in an error and its stack', (log, secret) => log.error(new Error(`no ${secret}`))],
    [
      'in the cause of an error',
      (log, secret) => log.error(new Error('no', { cause: new Error(secret) }), 'x'),
    ],
    ['in an error under another name', (log, secret) => log.error({ reason: new Error(secret) }, 'x')],
    ['in a URL', (log, secret) => log.info({ url: `https://h/?k=${encodeURIComponent(secret)}` })],
    ['in quoted JSON', (log, secret) => log.info(`answer: ${JSON.stringify({ k: secret })}`)],
  ];
  for (const [where, write] of places)
    it(`are hidden ${where}`, () => {
      for (const secret of SECRETS) {
        const { log, lines } = capture();
        write(log, secret);
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', /\[hidden\]/);
        const written = JSON.stringify(JSON.parse(lines[0] ?? ''));
        for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
          assert.ok(!written.includes(spelling), written);
          assert.ok(!written.includes(JSON.stringify(spelling).slice(1, -1)), written);
        }
        assert.doesNotMatch(written, /-longer/);
      }
    });

  it('that are empty hide nothing', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    createLog({ level: 'info', secrets: [''], destination }).info({}, 'bot.stopped');
    assert.equal(JSON.parse(lines[0] ?? '').msg, 'bot.stopped');
  });
});

describe('personal data', () => {
  it('is hidden by the name of its field, at any depth', () => {
    const { log, last } = capture();
    const hidden = [
      'Authorization',
      'api_key',
      'calcomApiKey',
      'claimToken',
      'password',
      'SigningSecret',
      'body',
    ];
    const personal = ['email', 'attendeeEmail', 'phone', 'phoneNumber', 'name', 'customer_name', 'staffName'];
    const fields = Object.fromEntries([...hidden, ...personal].map((key) => [key, 'Anna']));
    log.child({ ...fields }).info({ ...fields, customer: { ...fields, id: 7 }, list: [fields] });
    const { level, time, ...line } = last();
    assert.doesNotMatch(JSON.stringify(line), /Anna/);
    assert.equal(line.customer.id, 7);
    assert.equal(line.customer.email, '[hidden]');
  });

  it('is hidden however the field is spelled, and not where only a part of the name is the same', () => {
    const { log, last } = capture();
    for (const key of [
      'e-mail',
      'E_MAIL_',
      'p_h_o_n_e',
      'Customer-Name',
      '_name',
      'API__KEY',
      'claimToken-',
      'HEADERS',
    ]) {
      log.info({ in: { [key]: 'Anna' } });
      assert.equal(last().in[key], '[hidden]', key);
    }
    for (const key of ['hostname', 'names', 'emailed', 'answered', 'bodyHash', 'planName']) {
      log.info({ in: { [key]: 'Anna' } });
      assert.equal(last().in[key], 'Anna', key);
    }
  });

  it('leaves what only says whether there is some', () => {
    const { log, last } = capture();
    log.info({ of: { email: null }, hasPhone: true, requestId: 'r', event_type: 'e', lease: 'notice' });
    const { of, hasPhone, requestId, event_type, lease } = last();
    assert.deepEqual([of.email, hasPhone, requestId, event_type, lease], [null, true, 'r', 'e', 'notice']);
  });

  it('is hidden in sentences, as far as e-mail addresses and international phone numbers go', () => {
    const { log, last } = capture();
    log.info("Duplicate entry 'änna.m+x@mail.example.de' for +49 (30) 23125-111 or +491511234567.");
    assert.equal(last().msg, "Duplicate entry '[hidden]' for [hidden] or [hidden].");
  });

  it('is not seen in paths, versions and instants', () => {
    const { log, last } = capture();
    const text = 'node_modules/@slack/bolt/App.js knex@3.3.0 2025-11-24T17:00:00+01:00 UTC+1 #740';
    log.info(text);
    assert.equal(last().msg, text);
  });

  it('is looked for in no more time than the line is long', () => {
    const { log, last } = capture();
    const startedAt = performance.now();
    log.info(`${'a'.repeat(60_000)} ${'a.'.repeat(30_000)} ${'a@'.repeat(30_000)} ${'+1 '.repeat(30_000)}`);
    assert.ok(performance.now() - startedAt < 2_000);
    assert.match(last().msg, /^aaa/);
  });
});

describe('an error', () => {
  it('says what kind it is and where it came from, but not what was answered', () => {
    const { log, lines, last } = capture();
    log.error({ err: new RefusedByCalcom('slot taken'), appointmentId: 3 }, 'not booked');
    const { err, appointmentId, msg } = last();
    assert.deepEqual([appointmentId, msg], [3, 'not booked']);
    const { type, message, kind, operation, requestId, status } = err;
    assert.deepEqual(
      [type, message, kind, operation, requestId, status],
      ['RefusedByCalcom', 'slot taken', 'refused', 'createBooking', 'req-1', 400],
    );
    assert.match(err.stack, /log\.test\.ts/);
    assert.doesNotMatch(lines.join(), /Anna|Bearer/);
  });

  it('shows its causes and its parts', () => {
    const { log, last } = capture();
    const part = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', errno: -111 });
    log.error(new Error('outer', { cause: new AggregateError([part, 'odd'], 'both') }));
    assert.equal(last().msg, 'outer');
    const { message, errors } = last().err.cause;
    assert.equal(message, 'both');
    assert.deepEqual([errors[0].code, errors[0].errno, errors[1]], ['ECONNREFUSED', -111, 'odd']);
  });

  it('leaks nothing where it hangs below the first level', () => {
    const { log, lines } = capture();
    log.error({ results: [{ reason: new RefusedByCalcom('slot taken') }] }, 'x');
    assert.doesNotMatch(lines.join(), /Anna|Bearer/);
  });

  it('may be its own cause', () => {
    const { log, last } = capture();
    const circle = new Error('circle');
    circle.cause = circle;
    log.error({ err: circle, self: Object.assign({}, { circle }) }, 'x');
    assert.equal(last().err.message, 'circle');
  });
});
