import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isSigned } from '../../../src/http/intake/signature.ts';
import { MINUTE } from '../../../src/instant.ts';
import { INTAKE_SECRET, signatureOf } from './open-door.ts';

const now = new Date('2026-03-01T12:00:00Z');
const body = Buffer.from('{"service":"Schnitt für Jörg"}');
const check = (header: string | string[] | undefined, sent = body, at = now) =>
  isSigned({ header, body: sent }, { secret: INTAKE_SECRET, now: at });
const good = signatureOf(body, { at: now.getTime() });

describe('a signature of Retell', () => {
  it('is good over the very bytes of any body', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sent = Buffer.from(bytes);
        assert.equal(check(signatureOf(sent, { at: now.getTime() }), sent), true);
      }),
    );
  });

  it('is refused when anything is altered: a character of the header, or a byte of the body', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (place, character) => {
        const altered = good.slice(0, place) + character + good.slice(place + 1);
        assert.equal(check(altered), altered === good);
      }),
    );
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (place, bits) => {
        const altered = Buffer.from(body);
        altered[place] = (altered[place] ?? 0) ^ bits;
        assert.equal(check(good, altered), false);
      }),
    );
  });

  it('counts for five minutes either way', () => {
    const age = (ms: number) => check(signatureOf(body, { at: now.getTime() + ms }));
    assert.equal(age(-5 * MINUTE), true);
    assert.equal(age(5 * MINUTE), true);
    assert.equal(age(-5 * MINUTE - 1), false);
    assert.equal(age(5 * MINUTE + 1), false);
    const inSeconds = Math.floor(now.getTime() / 1000);
    assert.equal(check(signatureOf(body, { at: inSeconds })), false);
  });

  it('is refused when it is made with another key, or moved to another time', () => {
    assert.equal(check(signatureOf(body, { secret: 'guessed', at: now.getTime() })), false);
    assert.equal(check(good.replace(/^v=\d+/, `v=${now.getTime() + 1}`)), false);
  });

  it('is refused in every other shape', () => {
    const [time = '', digest = ''] = good.split(',');
    const shapes = [
      undefined,
      '',
      [good],
      `${good}, ${good}`,
      `${digest},${time}`,
      `${time}, ${digest}`,
      time,
      digest,
      `${time},d=`,
      `${time},d=${'z'.repeat(64)}`,
      `${time},${digest.toUpperCase()}`,
      good.toUpperCase(),
      good.slice(0, -1),
      `${good}0`,
      ` ${good}`,
      `${good}\n`,
      'v=NaN,d=x',
    ];
    for (const shape of shapes) assert.equal(check(shape), false, String(shape));
  });
});
