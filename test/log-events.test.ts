import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createLog, silentLog } from '../src/log.ts';
import { logEvents } from '../src/log-events.ts';
import { logFields } from '../src/log-fields.ts';
import { documentFile, logDocument } from './log-document.ts';
import { objectionTo } from './support/line-rules.ts';

const events = Object.entries(logEvents);
const namesIn = (fields: string) => fields.split(' ').filter(Boolean);

describe('the vocabulary of the log', () => {
  it('stands in docs/log-events.md (else: npx node test/log-document.ts)', () => {
    assert.equal(readFileSync(documentFile, 'utf8'), logDocument());
  });

  it('names a thing and what happened to it, in a sentence, with fields that are explained', () => {
    for (const [event, { fields, says }] of events) {
      assert.match(event, /^[a-z]+\.[a-z]+(_[a-z]+)*$/);
      assert.match(says, /\.$/);
      for (const name of namesIn(fields)) assert.ok(name.replace('?', '') in logFields, `${event}: ${name}`);
    }
    const used = new Set(events.flatMap(([, { fields }]) => namesIn(fields.replaceAll('?', ''))));
    assert.deepEqual(
      Object.keys(logFields).filter((name) => !used.has(name) && name !== 'askedBy'),
      [],
    );
  });

  it('has nothing that is never logged', () => {
    const root = path.join(import.meta.dirname, '..');
    const source = globSync('src/**/*.ts', { cwd: root })
      .filter((file) => !file.endsWith('log-events.ts'))
      .map((file) => readFileSync(path.join(root, file), 'utf8'))
      .join('\n');
    assert.deepEqual(
      events.map(([event]) => event).filter((event) => !source.includes(`'${event}'`)),
      [],
    );
  });

  it('has no field that the redaction would hide', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLog({ level: 'info', secrets: [], destination });
    const fields = Object.fromEntries(Object.keys(logFields).map((name) => [name, 'shown']));
    log.info({ signal: 'shown', ...fields }, 'bot.stopping_asked');
    assert.doesNotMatch(lines.join(''), /\[hidden\]/);
  });

  it('is what the compiler knows: another event, level or field is an error', () => {
    const log = silentLog;
    log.info({ appointmentId: 748 }, 'claim.lost');
    log.debug({ outcome: 'woken', event: 'BOOKING_CREATED' }, 'webhook.heard');
    // @ts-expect-error there is no such event
    log.info({ appointmentId: 748 }, 'claim.misplaced');
    // @ts-expect-error it is one of level info
    log.warn({ appointmentId: 748 }, 'claim.lost');
    // @ts-expect-error a field is missing
    log.info({}, 'claim.lost');
    // @ts-expect-error it has no such field
    log.info({ appointmentId: 748, actor: 'bot' }, 'claim.lost');
    // @ts-expect-error it is a number
    log.info({ appointmentId: '748' }, 'claim.lost');
    // @ts-expect-error an event has its fields, if only none
    log.info('bot.stopped');
  });
});

describe('the check of the lines that tests capture', () => {
  const line = { level: 30, time: 'now', appointmentId: 748, msg: 'claim.lost' };

  it('lets pass what is as the vocabulary says, whatever was being done meanwhile', () => {
    assert.equal(objectionTo(line), null);
    assert.equal(objectionTo({ ...line, replica: 'a:1', requestId: 'r' }), null);
    assert.equal(objectionTo({ level: 20, outcome: 'noted', event: 'PING', msg: 'webhook.heard' }), null);
  });

  it('objects to another event, level or field, and to one that is missing or of another type', () => {
    assert.equal(objectionTo({ ...line, msg: 'claim.misplaced' }), 'no such event');
    assert.equal(objectionTo({ ...line, msg: 'toString' }), 'no such event');
    assert.equal(objectionTo({ ...line, level: 40 }), 'its level is info');
    assert.equal(objectionTo({ ...line, appointmentId: undefined }), 'without appointmentId');
    assert.equal(objectionTo({ ...line, customer: 7 }), 'with customer');
    assert.equal(objectionTo({ ...line, appointmentId: '748' }), 'of another type is appointmentId');
  });
});
