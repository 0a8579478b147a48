import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkMessage } from '../../sandbox/slack/rules/message-rules.ts';
import { endedAlert, openAlert } from '../../src/alerts/alert.ts';
import { content } from '../../src/alerts/content.ts';
import { heldAlert } from '../../src/alerts/held-alert.ts';
import { incidentAlert } from '../../src/alerts/incident-alert.ts';
import { locales } from '../../src/alerts/texts.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { contentMessage, contentsMessage } from '../../src/slack/content-message.ts';
import { failureKinds } from '../../src/sync/failure-kinds.ts';
import { NOW, situation } from '../alerts/alert-fixtures.ts';
import { readMessage } from './read-message.ts';

const german = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
const check = (message: object) => checkMessage({ ...message });

describe('a content as a Slack message', () => {
  it('keeps to Slack’s limits for everything that the bot says', () => {
    const figures = {
      failed: 23,
      critical: 3,
      manualReview: 23,
      ancient: 6,
      successRate24h: null,
      pending: 25,
      health: 'red' as const,
    };
    const installation = {
      installationId: 'x',
      mode: 'held' as const,
      since: NOW,
      byWhom: 'U0ANNA',
      adoptedAt: NOW,
    };
    for (const voice of locales.map((locale) => createVoice({ locale, timeZone: 'Europe/Berlin' }))) {
      for (const failureKind of failureKinds) {
        check(contentMessage(openAlert(situation({ record: { failureKind } }), voice, NOW)));
      }
      for (const kind of ['unauthorized', 'rate_limited', 'unavailable', null] as const) {
        check(contentMessage(incidentAlert({ kind, since: NOW, waiting: 3 }, voice, NOW)));
      }
      check(contentMessage(heldAlert(installation, figures, voice)));
      check(
        contentMessage(
          endedAlert({ id: 1, resolution: 'synced', situation: situation({}), at: null, touch: null }, voice),
        ),
      );
    }
  });

  it('keeps to Slack’s limits whatever it is given', () => {
    const long = 'x'.repeat(200_000);
    const many = <T>(value: T) => Array.from({ length: 100 }, () => value);
    const full = content({
      tone: 'warning',
      headline: long,
      paragraphs: many(long),
      facts: many({ label: long, value: long, moment: { at: NOW, inWords: 'now' }, actor: long }),
      items: many(long),
      notes: many(long),
      buttons: [
        { action: 'start_sync', label: long, confirm: { title: long, text: long, yes: long, no: long } },
      ],
    });
    for (const tone of ['warning', 'done', 'plain'] as const) {
      const message = contentMessage({ ...full, tone });
      check(message);
      assert.ok(message.text.length <= 4_000);
    }
  });

  it('joins several contents into one message within the limits', () => {
    const answers = Array.from({ length: 5 }, () => openAlert(situation({}), german, NOW));
    check(contentsMessage(answers));
  });

  it('cuts no character in half', () => {
    const { blocks, text } = contentMessage(content({ tone: 'notice', headline: '🙂'.repeat(5_000) }));
    assert.ok((readMessage({ blocks }) + text).isWellFormed());
  });

  it('gives what people wrote no power', () => {
    const serviceName = '<!channel> *bold* :tada: <https://evil.example|Termin> @here &lt;';
    const message = contentMessage(openAlert(situation({ serviceName }), german, NOW));
    assert.match(readMessage(message), /Leistung: <!channel> \*bold\* :tada:/);
    assert.doesNotMatch(message.text, /<|[^&]>/);
    assert.match(message.text, /&lt;!channel&gt;.*&amp;lt;/);
    assert.doesNotMatch(JSON.stringify(message.blocks), /"mrkdwn"/);
    const header = message.blocks.find(({ type }) => type === 'header');
    assert.equal((header as { text: { emoji: boolean } }).text.emoji, false);
  });

  it('names people by mention and other actors by their word', () => {
    const taken = (takenBy: string) =>
      readMessage(contentMessage(openAlert(situation({ record: { takenBy, touchedAt: NOW } }), german, NOW)));
    assert.match(taken('U0ANNA'), /In Arbeit bei: @U0ANNA/);
    assert.match(taken('shell'), /In Arbeit bei: shell/);
  });

  it('lets Slack count the time down', () => {
    const { blocks } = contentMessage(openAlert(situation({}), german, NOW));
    assert.match(
      JSON.stringify(blocks),
      /"type":"date","timestamp":1764165600,"format":"\{ago\}","fallback":"in 46 Stunden"/,
    );
  });

  it('reads as a message should', () => {
    const customer = { name: 'Miriam Kranz', email: null, phone: '+4915112345123' };
    const record = { dueAt: null, failureCause: 'same_person', blockedBy: 751 };
    const startsAt = new Date('2025-11-25T08:00:00Z');
    const alert = openAlert(situation({ customer, record, appointment: { startsAt } }), german, NOW);
    assert.equal(
      readMessage(contentMessage(alert)),
      [
        '🔴 Termin #748: die Person hat zur selben Zeit einen anderen Termin',
        'Dringend, beginnt in weniger als 24 Stunden.',
        'Dieselbe Person ist zur selben Zeit schon für Termin #751 eingeplant.',
        'Bitte für einen der beiden eine andere Zeit oder Person wählen. Wird der andere Termin frei, bucht der Bot von selbst.',
        'Leistung: Dauerwelle',
        'Bei: Petra Vogt',
        'Beginn: Dienstag, 25. November 2025 um 09:00 (in 16 Stunden)',
        'Kontakt: M. K. · +49 151 •••• 123',
        'Jetzt gefragt: Support-Team',
        'Bisher: 3 Versuche',
        'Nächster Versuch: sobald jemand etwas ändert oder es verlangt',
      ].join('\n'),
    );
  });
});
