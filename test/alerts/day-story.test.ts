import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { causeSentence, clusterLines, deedFacts } from '../../src/alerts/day-story.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import type { Cluster } from '../../src/appointments/clusters.ts';
import { deedActions } from '../../src/appointments/deeds.ts';
import { causeOf, failureKinds, failureRules } from '../../src/sync/failure-kinds.ts';

const german = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
const english = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });

describe('the causes of a day', () => {
  it('are business where the salon’s people act, and technical otherwise', () => {
    for (const kind of failureKinds)
      assert.equal(causeOf(kind), failureRules[kind].actor === 'support' ? 'business' : 'technical', kind);
    assert.equal(causeOf('a kind of later'), 'technical');
  });

  const cases: [Record<string, number>, string | null][] = [
    [{}, null],
    [
      { host_conflict: 8, unavailable: 2, event_type_rejected: 1 },
      '11 Termine sind in dieser Zeit fehlgeschlagen. Ursachen: 8 fachlich (73 %), 3 technisch (27 %).',
    ],
    [
      { no_staff: 1 },
      '1 Termin ist in dieser Zeit fehlgeschlagen. Ursachen: 1 fachlich (100 %), 0 technisch (0 %).',
    ],
  ];
  for (const [failures, expected] of cases)
    it(`are told as shares: ${JSON.stringify(failures)}`, () => {
      assert.equal(causeSentence(failures, german), expected);
    });
});

describe('the tasks of a day', () => {
  const cluster = (task: Cluster['task'], name: string | null, count = 7): Cluster => ({
    ...{ task, name, count },
    appointmentIds: [1, 2, 3].slice(0, count),
  });

  it('are none when nothing has a common cause', () => {
    assert.equal(clusterLines([], german), null);
  });

  it('are a line each, in both languages', () => {
    const all = [
      cluster('event_type', '4711'),
      cluster('unmapped_service', 'Farbe'),
      cluster('host_calendar', 'Petra Vogt'),
      cluster('contact', null, 2),
      cluster('key', null, 2),
    ];
    const lines = (voice: typeof german) => all.map((each) => clusterLines([each], voice)?.split('\n')[1]);
    assert.deepEqual(lines(german), [
      '– 7 Termine teilen den Eventtyp 4711: eine Aufgabe',
      '– 7 Termine für Farbe haben keinen Eventtyp: eine Aufgabe',
      '– 7 Termine hängen am Kalender von Petra Vogt: eine Aufgabe',
      '– 2 Termine haben denselben unbrauchbaren Kontakt (#1, #2): eine Aufgabe',
      '– 2 Termine warten auf den Zugangsschlüssel für Cal.com: eine Aufgabe',
    ]);
    assert.equal(lines(english)[0], '– 7 appointments share event type 4711: one task');
  });

  it('are three at most, and the others are counted', () => {
    const lines = clusterLines(Array(5).fill(cluster('contact', null)), english)?.split('\n') ?? [];
    assert.equal(lines.length, 5);
    assert.match(lines[1] ?? '', /\(#1, #2, #3 …\)/);
    assert.equal(lines[4], '– 2 more common causes');
  });
});

describe('who did what', () => {
  it('is told person by person, each deed in its order', () => {
    const facts = deedFacts([{ actor: 'U0SABINE', counts: { cancelled: 1, rescheduled: 2 } }], german);
    assert.deepEqual(facts, [{ label: '', value: '2 verschoben, 1 abgesagt', actor: 'U0SABINE' }]);
  });

  it('has a word for every deed in both languages', () => {
    for (const voice of [german, english])
      for (const action of deedActions) {
        const [fact] = deedFacts([{ actor: 'U0SABINE', counts: { [action]: 1 } }], voice);
        assert.ok(fact?.value, action);
      }
  });

  it('names six and counts the others', () => {
    const deeds = Array.from({ length: 8 }, (_, index) => ({ actor: `U${index}`, counts: { closed: 1 } }));
    const facts = deedFacts(deeds, german);
    assert.equal(facts.length, 7);
    assert.deepEqual(facts.at(-1), { label: '', value: 'Und 2 weitere Personen' });
  });
});
