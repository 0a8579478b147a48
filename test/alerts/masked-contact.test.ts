import assert from 'node:assert/strict';
import { it } from 'node:test';
import { maskContact } from '../../src/alerts/masked-contact.ts';

const mask = (contact: { name?: string; email?: string | null; phone?: string | null }) =>
  maskContact({ name: 'Miriam Kranz', email: null, phone: null, ...contact });

it('keeps the initials of the first and the last word', () => {
  assert.equal(mask({}).initials, 'M. K.');
  assert.equal(mask({ name: ' anna maria  von Berg ' }).initials, 'A. B.');
  assert.equal(mask({ name: 'Ömer' }).initials, 'Ö.');
  assert.equal(mask({ name: '<!channel>' }).initials, 'C.');
  assert.equal(mask({ name: '🙂 42' }).initials, '–');
  assert.equal(mask({ name: '' }).initials, '–');
});

it('keeps country, network and the last digits of a phone', () => {
  assert.equal(mask({ phone: '+4915112345123' }).phone, '+49 151 •••• 123');
  assert.equal(mask({ phone: '0151 12345123' }).phone, '+49 151 •••• 123');
  assert.equal(mask({ phone: '+43 664 1234567' }).phone, '+43 664 •••• 567');
});

it('keeps less of a short phone', () => {
  assert.equal(mask({ phone: '+354 545 8500' }).phone, '+354 •••• 00');
});

it('takes what is no phone for none', () => {
  for (const phone of ['anonymous_1764000000_ab12', '', '12', 'unknown', null]) {
    assert.equal(mask({ phone }).phone, null);
  }
});

it('keeps the ends of a mail address', () => {
  assert.equal(mask({ email: 'anna@example.org' }).email, 'a•••@e•••.org');
  assert.equal(mask({ email: ' a@sub.example.co.uk ' }).email, 'a•••@s•••.uk');
});

it('shows nothing of a text that is no mail address', () => {
  for (const email of ['anna', 'anna@', '@example.org', 'anna@localhost', 'a b@example.org x']) {
    assert.equal(mask({ email }).email, '•••');
  }
  assert.equal(mask({ email: '  ' }).email, null);
});
