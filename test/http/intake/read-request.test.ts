import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readRequest } from '../../../src/http/intake/read-request.ts';

const read = (value: unknown) => readRequest(Buffer.from(JSON.stringify(value)));
const fields = { name: 'Clara', service: 'Haarschnitt', date: '2025-11-25', time: '14:00' };
const nothing = { phone: null, email: null, staff: null, language: null };

describe('the body of a request at the door', () => {
  it('is read as Retell wraps it, and as bare fields', () => {
    assert.deepEqual(read({ name: 'book', call: { call_id: 'call_1', agent_id: 'a' }, args: fields }), {
      callId: 'call_1',
      wish: { ...fields, ...nothing },
    });
    assert.deepEqual(read(fields), { callId: null, wish: { ...fields, ...nothing } });
  });

  it('takes numbers, null, empty texts and keys that nobody knows as agents send them', () => {
    const sent = {
      ...fields,
      time: 14,
      phone: 4915123456789,
      email: '  ',
      staff: null,
      execution_message: 'x',
    };
    assert.deepEqual(read({ args: sent, call: null }), {
      callId: null,
      wish: { ...fields, time: '14', phone: '4915123456789', email: null, staff: null, language: null },
    });
  });

  it('keeps texts on one line, without control characters', () => {
    const read1 = read({ ...fields, name: ' Clara\n\t\u0000 Conrad\u2028 ' });
    assert.equal('wish' in read1 && read1.wish.name, 'Clara Conrad');
  });

  it('names the field that is wrong, and repeats nothing of it', () => {
    const wrong: [unknown, string][] = [
      [[], 'body: must be a JSON object'],
      ['text', 'body: must be a JSON object'],
      [null, 'body: must be a JSON object'],
      [{}, 'body: must have service, date, time'],
      [{ args: {} }, 'body: must have service, date, time'],
      [{ args: 'Clara' }, 'args: must be an object'],
      [{ args: null }, 'args: must be an object'],
      [{ args: fields, call: 'call_1' }, 'call: must be an object'],
      [{ args: fields, call: { call_id: {} } }, 'call.call_id: must be text'],
      [{ ...fields, phone: { number: 1 } }, 'phone: must be text'],
      [{ ...fields, name: ['Clara'] }, 'name: must be text'],
      [{ ...fields, staff: true }, 'staff: must be text'],
      [{ ...fields, name: 'x'.repeat(201) }, 'name: must have at most 200 characters'],
      [{ args: { ...fields, email: 'x'.repeat(255) } }, 'args.email: must have at most 254 characters'],
    ];
    for (const [sent, error] of wrong) assert.deepEqual(read(sent), { error });
    assert.deepEqual(readRequest(Buffer.from('{"service"')), { error: 'body: must be a JSON object' });
  });

  it('is read or refused, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const result = readRequest(Buffer.from(text));
        assert.ok('error' in result || 'wish' in result);
      }),
    );
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(fields), 'phone', 'email', 'args'), value),
        (sent) => {
          const result = read(sent);
          assert.ok('error' in result || Object.values(result.wish).every((each) => each !== ''));
        },
      ),
    );
  });
});
