import type { Fact, Way } from './content.ts';
import type { Note } from './note-text.ts';

/** What a person may do from an alert; the ids are also the buttons' and dialogs' own (DESIGN names them). */
export const dialogActions = [
  'reschedule',
  'reassign',
  'cancel',
  'fix_contact',
  'decide',
  'details',
  'snooze',
  'log_call',
  'note',
] as const;
export type DialogAction = (typeof dialogActions)[number];

export type FieldId =
  | 'slot'
  | 'date'
  | 'time'
  | 'staff'
  | 'reason'
  | 'email'
  | 'phone'
  | 'truth'
  | 'until'
  | 'result'
  | 'text';

export interface Choice {
  value: string;
  label: string;
  note?: string;
}

export type Field = { id: FieldId; label: string; hint?: string; isOptional: boolean } & (
  | { kind: 'choice'; choices: Choice[]; initial?: string }
  | { kind: 'date' | 'time'; initial?: string }
  | { kind: 'text'; initial?: string; isLong: boolean; lengthMax: number }
);

/** What a dialog showed of the appointment; it comes back with the submission, which counts only while it is so. */
export interface Shown {
  appointmentId: number;
  status: string;
  startsAtText: string;
  staffId: string | null;
  /** Fingerprint of the customer's contact, so that two people who mend it do not overwrite each other. */
  contactHash: string;
  /** The appointment that collides with it and can be moved instead. */
  other?: Shown;
  /** The starts that were offered, as `packStarts` writes them. */
  offered?: string;
  /** The choices of whom it was said that they are not free. */
  busy?: string[];
  /** What a warning was about: who submits the same again has read it. */
  warnedOf?: string;
}

/** What stands below the fields, under a heading of its own. */
export interface Appendix {
  heading: string;
  lines: (Note & { when: string })[];
  /** As it was received; null when there is nothing. */
  raw: string | null;
}

/** A form in plain text and one language; whoever shows it escapes and cuts it. Without `submit` it only informs. */
export interface Dialog {
  action: DialogAction;
  title: string;
  paragraphs: string[];
  facts: Fact[];
  fields: Field[];
  appendices: Appendix[];
  /** Buttons that lead to more about it. */
  ways?: Way[];
  submit: string | null;
  close: string;
  shown: Shown;
}

/** A filled-in dialog. Values by field: a choice's value, `YYYY-MM-DD`, `HH:mm`, a text; null or absent when empty. */
export interface Submission {
  action: DialogAction;
  shown: Shown;
  values: Partial<Record<FieldId, string | null>>;
}
