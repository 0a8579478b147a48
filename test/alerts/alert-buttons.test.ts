import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alertButtons, readButtonValue } from '../../src/alerts/alert-buttons.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { addMs, HOUR } from '../../src/instant.ts';
import { failureKinds } from '../../src/sync/failure-kinds.ts';

const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });
const NOW = new Date('2025-11-24T16:00:00Z');
const nobodys = { takenBy: null, touchedAt: null };
const unlinked = { appointmentId: 748, state: 'failed', bookingUid: null, there: null } as const;
const buttonsFor = (
  failureKind: string,
  taken: { takenBy: string | null; touchedAt: Date | null } = nobodys,
) => alertButtons({ ...unlinked, failureKind, ...taken }, 3, { voice, now: NOW });

describe('the buttons of an alert', () => {
  it('are all there for every kind of failure, at most one of them the most useful and then the first', () => {
    for (const kind of [...failureKinds, 'never heard of']) {
      const buttons = buttonsFor(kind);
      const actions = buttons.map(({ action }) => action);
      assert.deepEqual(actions.toSorted(), [
        'cancel',
        'details',
        'fix_contact',
        'log_call',
        'note',
        'reassign',
        'reschedule',
        'retry',
        'snooze',
        'take',
      ]);
      assert.ok(buttons.slice(1).every(({ isPrimary }) => !isPrimary));
    }
  });

  it('put first what helps', () => {
    const first = (kind: string) => {
      const [button] = buttonsFor(kind);
      return button?.isPrimary ? button.label : null;
    };
    assert.equal(first('host_conflict'), 'Reschedule');
    assert.equal(first('no_staff'), 'Assign staff');
    assert.equal(first('contact_invalid'), 'Fix contact');
    assert.equal(first('duplicate'), 'Cancel');
    assert.equal(first('event_type_missing'), 'Retry');
    assert.equal(first('unavailable'), null, 'the bot goes on by itself');
  });

  it('offer to take it over, or to give it back, as long as somebody has it', () => {
    const takeLabel = (touchedAt: Date) =>
      buttonsFor('host_conflict', { takenBy: 'U0ANNA', touchedAt }).find(({ action }) => action === 'take')
        ?.label;
    assert.equal(takeLabel(addMs(NOW, -2 * HOUR + 1)), 'Take over or give back');
    assert.equal(takeLabel(addMs(NOW, -2 * HOUR)), 'I take it', 'untouched for two hours');
  });

  it('bring back what they are about, and only that', () => {
    const [button] = buttonsFor('host_conflict');
    assert.deepEqual(readButtonValue(button?.value ?? ''), { appointmentId: 748, revision: 3 });
    for (const other of [
      '',
      '748',
      '{"appointment":"748","revision":3}',
      '{"appointment":-1,"revision":3}',
    ]) {
      assert.equal(readButtonValue(other), null);
    }
  });
});
