import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { packStarts, unpackStarts } from '../../src/alerts/packed-starts.ts';
import { addMs, DAY, MINUTE } from '../../src/instant.ts';
import { NOON } from '../support/salon.ts';

describe('starts that a form carries', () => {
  it('come back as they were, ascending', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 20_000 }), { maxLength: 90 });
    fc.assert(
      fc.property(minutes, (offsets) => {
        const starts = offsets.map((offset) => addMs(NOON, offset * MINUTE));
        const ascending = starts.toSorted((one, other) => one.getTime() - other.getTime());
        assert.deepEqual(unpackStarts(packStarts(starts)), ascending);
      }),
    );
  });

  it('are short for two weeks of quarters of an hour with gaps in each day', () => {
    const starts = Array.from({ length: 14 * 48 }, (_, index) =>
      addMs(NOON, Math.floor(index / 48) * DAY + (index % 48) * 15 * MINUTE),
    ).filter((_, index) => index % 48 !== 10 && index % 48 !== 25);
    const text = packStarts(starts);
    assert.ok(text.length < 800, `${text.length}`);
    assert.equal(unpackStarts(text).length, starts.length);
  });

  it('never fill the form, however scattered they are', () => {
    const scattered = Array.from({ length: 5_000 }, (_, index) => addMs(NOON, index ** 2 * MINUTE));
    assert.ok(packStarts(scattered).length < 2_000);
  });
});
