import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { locales, textsFor } from '../../src/alerts/texts.ts';
import { verdictOf } from '../../src/alerts/verdict.ts';
import { conflictCauses, type Evidence } from '../../src/appointments/evidence.ts';
import { situation } from './alert-fixtures.ts';

const at = (time: string, day = '2025-12-06') => `${day}T${time}:00+01:00`;
const range = { from: at('13:00'), to: at('17:00') };

function told(
  failureEvidence: Evidence,
  locale: 'de' | 'en' = 'de',
  staffName: string | null = 'Nadine Vogel',
) {
  const { record } = situation({ record: { failureEvidence } });
  return verdictOf(record, textsFor(locale), staffName);
}

describe('the verdict on a host conflict', () => {
  it('names both causes in one sentence, with the other appointment and the time', () => {
    const evidence: Evidence = [
      { cause: 'same_person', appointmentId: 750 },
      { cause: 'external', ...range },
    ];
    assert.equal(
      told(evidence).why,
      'Nadine Vogel ist zur selben Zeit auch für Termin #750 eingeplant (derselbe Mensch hat zwei Kalender) ' +
        'und hat um diese Zeit einen Eintrag im eigenen Kalender (13:00 bis 17:00).',
    );
    assert.equal(
      told(evidence, 'en').why,
      'Nadine Vogel is also planned for appointment #750 at that time (one human with two calendars) ' +
        'and has an entry in their own calendar at that time (13:00 to 17:00).',
    );
  });

  it('takes its headline and advice from what weighs most', () => {
    const [one, other] = [{ cause: 'outside_hours' }, { cause: 'external' }] as const;
    assert.equal(told([one, other]).headline, 'die Person arbeitet um diese Zeit nicht');
    assert.equal(told([other, one]).headline, 'die Zeit ist schon belegt');
    assert.match(told([{ cause: 'host_calendar' }]).advice, /Kalender in Cal\.com neu verbinden/);
  });

  for (const locale of locales) {
    it(`is a whole sentence for every cause, whatever is known of it (${locale})`, () => {
      const sentences = conflictCauses.flatMap((cause) =>
        [
          {},
          range,
          { from: at('13:00') },
          { to: at('17:00') },
          { from: at('00:00', '2025-11-29'), to: at('00:00') },
        ]
          .map((known) => ({ cause, ...known, ...(cause.includes('p') && { appointmentId: 9 }) }))
          .map((finding) => told([finding], locale, null).why),
      );
      for (const sentence of sentences) {
        assert.match(sentence, /^(Die Person|The person) [a-z].*[a-z0-9)]\.$/, sentence);
        assert.doesNotMatch(sentence, /undefined|null|\(\)|[ ]{2}/, sentence);
      }
      const plain = conflictCauses.map((cause) => told([{ cause, appointmentId: 9, ...range }], locale).why);
      assert.equal(new Set(plain).size, conflictCauses.length);
    });
  }

  it('says of a time on another day which day it is', () => {
    const overnight = { from: at('22:00'), to: at('06:00', '2025-12-07') };
    assert.match(told([{ cause: 'external', ...overnight }]).why, /\(06\.12\., 22:00 bis 07\.12\., 06:00\)/);
    const notice = [{ cause: 'notice', from: at('15:00') }] as const;
    assert.match(told([...notice]).why, /\(ab 06\.12\., 15:00\)/);
    assert.match(told([...notice], 'en').why, /\(from 06\/12, 15:00\)/);
    assert.match(told([{ cause: 'window', to: at('23:59') }]).why, /\(bis 06\.12\., 23:59\)/);
  });

  it('says which rule it is when the event type tells', () => {
    const notice = [{ cause: 'notice', minutes: 1440, from: at('15:00') }] as const;
    assert.match(told([...notice]).why, /\(mindestens 24 Stunden vorher; ab 06\.12\., 15:00\)/);
    assert.match(told([{ cause: 'notice', minutes: 90 }], 'en').why, /\(at least 90 minutes before\)/);
    const window = [{ cause: 'window', days: 1, to: at('23:59') }] as const;
    assert.match(told([...window]).why, /\(höchstens 1 Tag im Voraus; bis 06\.12\., 23:59\)/);
  });

  it('tells a day without free time from many days without any, which is the calendar’s fault', () => {
    const day = told([{ cause: 'no_slots', from: at('00:00'), to: at('00:00', '2025-12-07') }]).why;
    const weeks = told([{ cause: 'host_calendar', from: at('00:00'), to: at('00:00', '2025-12-27') }]).why;
    assert.match(day, /am ganzen Tag keine freie Zeit/);
    assert.match(weeks, /Kalender nicht mehr verbunden/);
  });

  it('says what the main cause says when there is no evidence', () => {
    const { record } = situation({
      record: { failureCause: 'same_person', blockedBy: 750, failureEvidence: null },
    });
    assert.match(verdictOf(record, textsFor('de')).why, /schon für Termin #750 eingeplant/);
  });
});
