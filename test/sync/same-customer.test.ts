import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { usablePhone } from '../../src/sync/contact.ts';
import { isSameCustomer, usableEmail } from '../../src/sync/same-customer.ts';

const spellings = ['anonymous', 'unknown', 'withheld', 'restricted', 'private', 'unavailable', 'blocked', ''];
const anonymous = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...spellings),
      fc.tuple(fc.nat(), fc.stringMatching(/^[0-9a-f]{6}$/)).map(([at, hash]) => `anonymous_${at}_${hash}`),
      fc.nat().map((at) => `unknown_${at}`),
    ),
    fc.array(fc.boolean()),
    fc.constantFrom('', ' ', '+', '  '),
  )
  .map(([word, cases, around]) => {
    const letters = [...word].map((letter, index) => (cases[index] ? letter.toUpperCase() : letter));
    return around + letters.join('') + around;
  });
const mobile = fc.integer({ min: 10_000_000, max: 99_999_999 }).map((rest) => `15${1}${rest}`);
/** Ways to write a German mobile number. */
const written = (national: string) => [
  `+49${national}`,
  `0049${national}`,
  `0${national}`,
  `+49 ${national.slice(0, 3)} ${national.slice(3)}`,
  `0${national.slice(0, 3)}/${national.slice(3, 7)}-${national.slice(7)}`,
  `(0${national.slice(0, 3)}) ${national.slice(3)}`,
];
const person = (contact: { name?: string; phone?: string | null; email?: string | null }) => ({
  ...{ name: 'Clara Conrad', phone: null, email: null },
  ...contact,
});

describe('a contact', () => {
  it('is none when the caller is anonymous, however that is spelled, and never matches anybody', () => {
    fc.assert(
      fc.property(anonymous, anonymous, (phone, other) => {
        assert.equal(usablePhone(phone), null);
        assert.equal(isSameCustomer(person({ phone }), person({ phone })), false);
        assert.equal(isSameCustomer(person({ phone }), person({ phone: other })), false);
      }),
    );
    for (const email of [
      'anonymous@anonymous.invalid',
      'Unknown@salon.example',
      'anonymous_17_ab@x.example',
      'none@x.de',
    ])
      assert.equal(usableEmail(email), null, email);
  });

  it('is the same phone in every way to write it', () => {
    fc.assert(
      fc.property(mobile, fc.nat(), fc.nat(), (national, one, other) => {
        const ways = written(national);
        const given = person({ phone: ways[one % ways.length] ?? null });
        const stored = person({ phone: ways[other % ways.length] ?? null });
        assert.equal(isSameCustomer(given, stored), true);
      }),
    );
  });

  it('is another phone when a digit differs', () => {
    fc.assert(
      fc.property(mobile, mobile, (one, other) => {
        fc.pre(one !== other);
        assert.equal(isSameCustomer(person({ phone: `0${one}` }), person({ phone: `0${other}` })), false);
      }),
    );
  });

  it('is the same e-mail without case, and none when it is no address', () => {
    const given = person({ email: 'Clara@Salon.Example' });
    assert.equal(isSameCustomer(given, person({ email: 'clara@salon.example ' })), true);
    assert.equal(isSameCustomer(given, person({ email: 'clara@salon.example.org' })), false);
    assert.equal(usableEmail('clara.o’neill+x@mail.salon.example'), 'clara.o’neill+x@mail.salon.example');
    for (const email of [
      'clara at salon dot example',
      'clara@',
      '@salon.example',
      'clara@salon',
      'a b@c.de',
      'x@-.de',
    ])
      assert.equal(usableEmail(email), null, email);
  });

  it('belongs to one person when the names do not disagree', () => {
    const phone = '0151 23456789';
    const agree = (one: string, other: string) =>
      isSameCustomer(person({ name: one, phone }), person({ name: other, phone }));
    for (const name of [
      'Anna Müller',
      'anna mueller',
      'Müller',
      'Anna',
      'Frau Müller',
      'Müller, Anna',
      'Anna Maria Müller',
    ])
      assert.equal(agree(name, 'Anna Müller'), true, name);
    for (const name of ['Peter Müller', 'Herr', 'Anna Meier', '?'])
      assert.equal(agree(name, 'Anna Müller'), false, name);
  });
});
