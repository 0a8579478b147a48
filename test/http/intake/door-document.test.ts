import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { answerIn, refusalCodes, samples } from './door-samples.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/door.md'), 'utf8');

describe('docs/door.md', () => {
  it('lists every code with its sentence in both languages, and no other', () => {
    const rows = samples.map(
      (each) => `| \`${each.is}\` | ${answerIn('de', each).say} | ${answerIn('en', each).say} |`,
    );
    for (const row of rows) assert.ok(page.includes(`${row}\n`), row);
    const [, listed = ''] = page.split('| code | German | English |');
    const codes = [...listed.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    assert.deepEqual(codes.toSorted(), refusalCodes.toSorted());
  });
});

describe('what the door says', () => {
  for (const locale of ['de', 'en'] as const)
    it(`is whole sentences that can be spoken, in ${locale}`, () => {
      for (const each of samples) {
        const { say } = answerIn(locale, each);
        assert.match(say, /^[A-ZÄÖÜ].*[.?]$/);
        // No brackets, placeholders, doubled signs or codes, and no clock as `14:00` in German.
        assert.doesNotMatch(say, /[()[\]{}_#/;<>]|undefined|null|NaN| {2}|\.\.|[ ,][.,?]|\d{4}-\d\d/);
        if (locale === 'de') assert.doesNotMatch(say, /\d:\d\d/);
      }
    });
});
