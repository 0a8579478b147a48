import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endedAlert, openAlert } from '../../src/alerts/alert.ts';
import type { Content } from '../../src/alerts/content.ts';
import { locales } from '../../src/alerts/texts.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { addMs, DAY } from '../../src/instant.ts';
import { contentMessage } from '../../src/slack/content-message.ts';
import { failureKinds, failureRules } from '../../src/sync/failure-kinds.ts';
import { NOW, situation } from './alert-fixtures.ts';

const german = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
const factOf = ({ facts }: Content, label: string) => facts.find((fact) => fact.label === label);
const startingAt = (startsAt: Date) => ({ appointment: { startsAt } });

describe('the alert of an appointment', () => {
  for (const locale of locales) {
    const voice = createVoice({ locale, timeZone: 'Europe/Berlin' });

    it(`says for every failure kind what it is, why, and what to do (${locale})`, () => {
      const told = failureKinds.map((failureKind) => {
        const alert = openAlert(situation({ record: { failureKind, failureCause: null } }), voice, NOW);
        assert.equal(alert.paragraphs.length, 2, failureKind);
        const sentences = [alert.headline, ...alert.paragraphs];
        for (const sentence of sentences) {
          assert.match(sentence, /^[A-ZÄÖÜ]/, failureKind);
          assert.doesNotMatch(sentence, /undefined|null|\[object/, failureKind);
        }
        return `${alert.headline} ${alert.paragraphs[0]}`;
      });
      assert.equal(new Set(told).size, failureKinds.length);
    });

    it(`reads well aloud (${locale})`, () => {
      const { spoken } = openAlert(situation({}), voice, NOW);
      assert.match(spoken, /#748.*Dauerwelle.*Petra Vogt.*26.*2025.*15:00/);
      assert.doesNotMatch(spoken, /[🔴🟠🔵🟢✅•*_]/u);
    });
  }

  it('tells the causes of a host conflict apart, and names the appointment in the way', () => {
    const why = (failureCause: string | null, blockedBy: number | null = null) =>
      openAlert(situation({ record: { failureCause, blockedBy } }), german, NOW).paragraphs[0];
    const told = [why(null), why('taken'), why('not_available'), why('same_person'), why('same_person', 750)];
    assert.equal(new Set(told).size, told.length);
    assert.match(told[4] ?? '', /#750/);
  });

  it('names the appointment that a duplicate doubles', () => {
    const record = { failureKind: 'duplicate', failureCause: null, blockedBy: 640 };
    assert.match(openAlert(situation({ record }), german, NOW).paragraphs[0] ?? '', /#640/);
  });

  it('takes a kind that it does not know for one that an engineer has to look into', () => {
    const alert = openAlert(situation({ record: { failureKind: 'made_up' } }), german, NOW);
    assert.equal(factOf(alert, 'Jetzt gefragt')?.value, 'Technik');
  });

  it('is critical from 24 hours before the start until the start', () => {
    const toneAt = (ms: number) => openAlert(situation(startingAt(addMs(NOW, ms))), german, NOW).tone;
    assert.equal(toneAt(DAY + 1), 'warning');
    assert.equal(toneAt(DAY), 'critical');
    assert.equal(toneAt(1), 'critical');
    assert.equal(toneAt(0), 'warning');
  });

  it('shows the salon’s time with the weekday, and how far away it is', () => {
    const start = factOf(openAlert(situation({}), german, NOW), 'Beginn');
    assert.equal(start?.value, 'Mittwoch, 26. November 2025 um 15:00');
    assert.equal(start?.moment?.inWords, 'in 46 Stunden');
  });

  it('says who acts, what was tried, and when it is tried again', () => {
    for (const kind of failureKinds) {
      const alert = openAlert(situation({ record: { failureKind: kind } }), german, NOW);
      assert.equal(
        factOf(alert, 'Jetzt gefragt')?.value,
        german.texts.appointment.actors[failureRules[kind].actor],
      );
    }
    const next = (dueAt: Date | null) =>
      factOf(openAlert(situation({ record: { dueAt } }), german, NOW), 'Nächster Versuch');
    assert.equal(next(addMs(NOW, 720_000))?.moment?.inWords, 'in 12 Minuten');
    assert.equal(next(NOW)?.value, 'in Kürze');
    assert.equal(next(null)?.value, 'sobald jemand etwas ändert oder es verlangt');
    assert.equal(factOf(openAlert(situation({}), german, NOW), 'Bisher')?.value, '3 Versuche');
    const once = situation({ record: { attempts: 1, takenBy: 'U0ANNA', touchedAt: NOW } });
    assert.equal(factOf(openAlert(once, german, NOW), 'Bisher')?.value, '1 Versuch');
    assert.equal(factOf(openAlert(once, german, NOW), 'In Arbeit bei')?.actor, 'U0ANNA');
  });

  it('still says something of an appointment that lost its row, staff, service and customer', () => {
    const bare = { appointment: null, staffName: null, serviceName: null };
    const alert = openAlert(situation({ ...bare, record: { failureKind: null } }), german, NOW);
    assert.equal(alert.tone, 'warning');
    assert.equal(factOf(alert, 'Kontakt')?.value, 'keine brauchbaren Kontaktdaten');
    assert.equal(factOf(alert, 'Bei')?.value, 'niemand zugeteilt');
    assert.equal(factOf(alert, 'Beginn'), undefined);
  });

  it('cuts a name of any length between whole characters', () => {
    const alert = openAlert(situation({ serviceName: '👩‍👩‍👧‍👧'.repeat(20_000) }), german, NOW);
    const service = factOf(alert, 'Leistung')?.value ?? '';
    assert.ok(service.length <= 80 * '👩‍👩‍👧‍👧'.length);
    assert.match(service, /^(👩‍👩‍👧‍👧)+.*…?$/u);
  });

  it('becomes one line when its case is over, for every way that a case ends', () => {
    const endings = Object.keys(german.texts.appointment.endings);
    const lines = [...endings, 'something_new'].map((resolution) => {
      const ended = endedAlert({ id: 748, resolution, situation: situation({}), ...unknownEnd }, german);
      assert.equal(ended.tone, 'done');
      assert.equal(contentMessage(ended).blocks.length, 1);
      return ended.paragraphs[0];
    });
    assert.equal(new Set(lines).size, endings.length + 1);
  });
});

const unknownEnd = { at: null, touch: null };

describe('personal data in an alert', () => {
  const customers = [
    { name: 'Miriam Kranz', email: 'miriam.kranz@salon-kundin.example', phone: '+49 1511 2345678' },
    { name: 'Zoë-Anaïs  Überall', email: 'zoe@überall.example', phone: '0043 664 1234567' },
    { name: 'Ahmad', email: 'kein-at-zeichen', phone: '+1 (212) 555-2368' },
    {
      name: '<!channel> *Grell* Grellmann',
      email: '"odd local"@example.org',
      phone: 'anonymous_1764000000_ab12',
    },
  ];
  for (const customer of customers) {
    for (const locale of locales) {
      it(`of ${customers.indexOf(customer) + 1} stays out of the channel (${locale})`, () => {
        const voice = createVoice({ locale, timeZone: 'Europe/Berlin' });
        const contents = [
          ...failureKinds.map((failureKind) =>
            openAlert(situation({ customer, record: { failureKind } }), voice, NOW),
          ),
          endedAlert(
            { id: 748, resolution: 'synced', situation: situation({ customer }), ...unknownEnd },
            voice,
          ),
        ];
        const shown = JSON.stringify(contents.map(contentMessage)).toLowerCase();
        const secrets = [
          ...customer.name.split(/[\s<>!*-]+/).filter((word) => word.length > 2),
          ...customer.email.split(/[@"\s]/).filter((word) => word.length > 2),
          customer.phone,
          customer.phone.replaceAll(/\D/g, '').slice(2),
        ].filter((secret) => secret.length > 2);
        for (const secret of secrets) assert.ok(!shown.includes(secret.toLowerCase()), 'a secret is shown');
      });
    }
  }
});
