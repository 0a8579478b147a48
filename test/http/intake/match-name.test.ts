import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchName } from '../../../src/http/intake/match-name.ts';

const team = [
  { id: 'a-1', name: 'Anna Albers' },
  { id: 'b-1', name: 'Björn Müller' },
  { id: 'c-1', name: 'Jörg Straße' },
  { id: 'd-1', name: 'Anna-Lena Groß' },
];
const services = [
  { id: 1, name: 'Haarschnitt' },
  { id: 2, name: 'Haarschnitt Kinder' },
  { id: 3, name: 'Farbe & Strähnen' },
  { id: 4, name: 'Farbe' },
];
const who = (asked: string) => matchName(team, asked).map(({ name }) => name);
const what = (asked: string) => matchName(services, asked).map(({ name }) => name);

describe('a name as it is said', () => {
  it('is found without case, spaces, accents and titles', () => {
    for (const asked of [
      'björn müller',
      'Bjoern Mueller',
      'bjorn muller',
      ' BJÖRN ',
      'Herr Müller',
      'Mr. Müller',
      'b-1',
    ])
      assert.deepEqual(who(asked), ['Björn Müller'], asked);
    for (const asked of ['Joerg', 'Strasse', 'jörg strasse'])
      assert.deepEqual(who(asked), ['Jörg Straße'], asked);
    assert.deepEqual(what('3'), ['Farbe & Strähnen']);
    assert.deepEqual(what('Strähnen'), ['Farbe & Strähnen']);
    assert.deepEqual(what('ein Haarschnitt bitte'), ['Haarschnitt']);
    assert.deepEqual(what('Kinder Haarschnitt'), ['Haarschnitt Kinder']);
  });

  it('prefers the whole name to one that only begins so', () => {
    assert.deepEqual(what('haarschnitt'), ['Haarschnitt']);
    assert.deepEqual(what('Farbe'), ['Farbe']);
    assert.deepEqual(who('Albers'), ['Anna Albers']);
  });

  it('is everybody who may be meant when that is not clear, and nobody when nothing fits', () => {
    assert.deepEqual(who('Anna'), ['Anna Albers', 'Anna-Lena Groß']);
    assert.deepEqual(what('Massage'), []);
    assert.deepEqual(what('!?'), []);
  });

  it('is always found by its own words', () => {
    const name = fc.stringMatching(/^[A-Za-zÄÖÜäöüß]{2,10} [A-Za-zÄÖÜäöüß]{2,10}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), fc.nat(), (names, pick) => {
        const items = names.map((each, index) => ({ id: `id-${index}`, name: each }));
        const wanted = items[pick % items.length];
        assert.ok(wanted);
        for (const asked of [wanted.name, ` ${wanted.name.toUpperCase()}`, wanted.id])
          assert.ok(matchName(items, asked.trim()).includes(wanted), asked);
      }),
    );
  });
});
