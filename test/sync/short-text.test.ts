import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shortText, withoutName } from '../../src/sync/short-text.ts';

describe("Cal.com's words about a failure", () => {
  it('are kept short, and without an address', () => {
    assert.equal(shortText(' anna@example.com is blocked, as <ben@example.de> '), '… is blocked, as <…>');
    assert.equal(shortText('x'.repeat(600)).length, 500);
  });

  it('are kept without the customer, by whole name or a part of it', () => {
    const text = 'Müller, ANNA-LENA (anna-lena müller) has a booking; Annabell has none';
    assert.equal(withoutName(text, ' Anna-Lena Müller '), '…, …-… (…-… …) has a booking; Annabell has none');
    assert.equal(withoutName('costs 5 (five)', 'Jo (five)+ Li'), 'costs 5 (…)');
  });

  it('stay as they are where the name has nothing to look for', () => {
    for (const name of ['', '  ', 'Jo Li', '-.*'])
      assert.equal(withoutName('Jo is not free', name), 'Jo is not free');
    assert.equal(withoutName('Jo is not free'), 'Jo is not free');
  });
});
