import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type Locale, localeOf, locales, textsFor } from '../../src/alerts/texts.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { addMs, DAY, HOUR, MINUTE } from '../../src/instant.ts';

const voice = (locale: Locale, timeZone = 'Europe/Berlin') => createVoice({ locale, timeZone });
const now = new Date('2025-11-24T16:00:00Z');

describe('a voice', () => {
  it('tells instants in the zone of the salon, on both sides of a clock change', () => {
    assert.equal(voice('de').date(new Date('2025-10-25T23:30:00Z')), 'Sonntag, 26. Oktober 2025 um 01:30');
    assert.equal(voice('de').date(new Date('2025-10-26T01:30:00Z')), 'Sonntag, 26. Oktober 2025 um 02:30');
    assert.equal(
      voice('en', 'Asia/Tokyo').date(new Date('2025-11-24T16:00:00Z')),
      'Tuesday, 25 November 2025 at 01:00',
    );
  });

  it('counts in the unit that one would use', () => {
    const relative = (ms: number) => voice('de').relative(addMs(now, ms), now);
    assert.equal(relative(-5 * MINUTE), 'vor 5 Minuten');
    assert.equal(relative(119 * MINUTE), 'in 119 Minuten');
    assert.equal(relative(2 * HOUR), 'in 2 Stunden');
    assert.equal(relative(47 * HOUR), 'in 47 Stunden');
    assert.equal(relative(2 * DAY), 'in 2 Tagen');
  });

  it('writes numbers the way of its language', () => {
    assert.equal(voice('de').percent(66.67), '66,67 %');
    assert.equal(voice('en').percent(100), '100 %');
  });

  it('finds its language by the tag that Slack gives', () => {
    assert.equal(localeOf('de-AT'), 'de');
    assert.equal(localeOf('en_US'), 'en');
    assert.equal(localeOf('fr-FR'), undefined);
    assert.equal(localeOf(undefined), undefined);
  });
});

describe('the texts', () => {
  /** Every text of a table by its path; functions are called with something to put in. */
  function leaves(value: unknown, at = ''): [string, string][] {
    if (typeof value === 'string') return [[at, value]];
    if (typeof value === 'function') return [[at, String(value(7, 'x', 'y'))]];
    return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${at}.${key}`));
  }

  it('are all there and none is empty, in every language', () => {
    const paths = leaves(textsFor('de')).map(([path]) => path);
    for (const locale of locales) {
      const texts = leaves(textsFor(locale));
      assert.deepEqual(
        texts.map(([path]) => path),
        paths,
      );
      for (const [path, text] of texts) assert.ok(text.trim().length > 0, path);
    }
  });

  it('are all used: what no code names is taken out', () => {
    const source = path.join(import.meta.dirname, '../../src');
    const code = globSync('**/*.ts', { cwd: source })
      .filter((file) => !/texts-\w+\.ts$/.test(file))
      .map((file) => readFileSync(path.join(source, file), 'utf8'))
      .join('\n');
    const words = new Set(code.match(/\w+/g));
    // An ending is named by its parts: `closed:` and the reason.
    const unused = leaves(textsFor('de'))
      .map(([leaf]) => leaf)
      .filter((leaf) => !(leaf.split('.').at(-1) ?? '').split(/\W+/).every((word) => words.has(word)));
    assert.deepEqual(unused, []);
  });

  it('are translated', () => {
    const same = new Set([
      '.appointment.confirm',
      '.status.row',
      '.held.start',
      '.plan.heading',
      '.plan.all',
      '.plan.option',
      '.plan.message.left',
      '.home.list.chosen',
      '.home.engine.breaker',
      '.home.story.booking',
      '.home.story.status',
      '.dialogs.decide.there',
      '.dialogs.decide.theirs',
    ]);
    const english = new Map(leaves(textsFor('en')));
    const untranslated = leaves(textsFor('de')).filter(
      ([path, text]) => !same.has(path) && english.get(path) === text,
    );
    assert.deepEqual(untranslated, []);
  });

  it('know one from many', () => {
    const { attemptsMade } = textsFor('de').appointment;
    assert.deepEqual(
      [attemptsMade(0), attemptsMade(1), attemptsMade(1_000)],
      ['0 Versuche', '1 Versuch', '1.000 Versuche'],
    );
  });
});
