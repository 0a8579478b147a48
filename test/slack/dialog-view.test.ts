import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkView } from '../../sandbox/slack/rules/view-rules.ts';
import { content } from '../../src/alerts/content.ts';
import type { Dialog, Field } from '../../src/alerts/dialog.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { contentView, dialogView, readSubmission, waitingView } from '../../src/slack/dialog-view.ts';
import { NOW } from '../alerts/alert-fixtures.ts';

const shown = {
  appointmentId: 748,
  status: 'booked',
  startsAtText: '2025-11-26 14:00:00.000',
  staffId: null,
  contactHash: 'f'.repeat(64),
};
const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });

function dialogOf(text: string, count: number): Dialog {
  const many = <T>(value: (index: number) => T) => Array.from({ length: count }, (_, index) => value(index));
  const common = { label: text, hint: text, isOptional: true };
  const choices = many((index) => ({ value: `${index}`, label: text, note: text }));
  const fields: Field[] = [
    { ...common, id: 'staff', kind: 'choice', choices, initial: '0' },
    { ...common, id: 'date', kind: 'date', initial: '2025-11-26' },
    { ...common, id: 'time', kind: 'time', initial: '15:00' },
    { ...common, id: 'reason', kind: 'text', isLong: true, lengthMax: 200, initial: text },
  ];
  return {
    action: 'reschedule',
    title: text,
    paragraphs: many(() => text),
    facts: many(() => ({ label: text, value: text, moment: { at: NOW, inWords: text }, actor: text })),
    fields,
    appendices: many(() => ({
      heading: text,
      lines: many(() => ({ when: text, actor: text, text })),
      raw: text,
    })),
    submit: text,
    close: text,
    shown,
  };
}

describe('a dialog as a Slack view', () => {
  it('keeps to Slack’s limits whatever it is given', () => {
    checkView(dialogView(dialogOf('x'.repeat(5_000), 12)), 'modal');
    checkView(dialogView({ ...dialogOf('kurz', 200), paragraphs: [], facts: [], appendices: [] }), 'modal');
    checkView(dialogView({ ...dialogOf('x', 1), fields: dialogOf('', 1).fields }), 'modal');
    checkView(dialogView({ ...dialogOf('ä', 1), fields: [], submit: null }), 'modal');
    checkView(waitingView('x'.repeat(5_000), { title: 'x'.repeat(100), close: 'x'.repeat(100) }), 'modal');
    const long = content({ tone: 'warning', headline: 'x'.repeat(5_000), paragraphs: ['y'.repeat(5_000)] });
    checkView(contentView(long, 'x'.repeat(100), voice), 'modal');
  });

  it('gives no power to what people wrote', () => {
    const view = dialogView(dialogOf('<!channel> *now* <https://example.com|here>', 1));
    assert.doesNotMatch(JSON.stringify(view), /"mrkdwn"/);
  });

  it('brings back what it showed and what was entered, empty fields as null', () => {
    const view = dialogView(dialogOf('text', 2));
    assert.ok((view.private_metadata ?? '').length <= 3_000);
    const values = {
      staff: { staff: { type: 'static_select', selected_option: { value: '1' } } },
      date: { date: { type: 'datepicker', selected_date: '2025-11-27' } },
      time: { time: { type: 'timepicker', selected_time: null } },
      reason: { reason: { type: 'plain_text_input', value: null } },
    };
    const { private_metadata = '' } = view;
    assert.deepEqual(readSubmission('reschedule', { private_metadata, state: { values } }), {
      action: 'reschedule',
      shown,
      values: { staff: '1', date: '2025-11-27', time: null, reason: null },
    });
  });

  it('takes no submission that is not its own', () => {
    for (const private_metadata of ['', 'no json', '{}', JSON.stringify({ ...shown, appointmentId: 'x' })]) {
      assert.throws(() => readSubmission('cancel', { private_metadata, state: { values: {} } }));
    }
  });
});
