// WHAT PEOPLE SEE AND MAY DO lives in this folder, in words of one language and without a Slack word: alerts, the
// answers to what a person asks, and the delivery that keeps every alert shown as its record says.

/** How much it matters: critical when the appointment starts within 24 hours; `done` and `plain` are one line. */
export type Tone = 'critical' | 'warning' | 'notice' | 'good' | 'done' | 'plain';

/** A label and what it says; without a label the value is told of its actor. */
export interface Fact {
  label: string;
  value: string;
  /** Shown after the value in words relative to the reader's now. */
  moment?: Moment;
  /** Who did it (`Actor` of the history), shown after the value. */
  actor?: string;
}

export interface Moment {
  at: Date;
  /** Relative to the time of writing, for readers whose program cannot count. */
  inWords: string;
}

export const buttonActions = [
  'start_sync',
  'open_plan',
  'undo',
  'undo_plan',
  'cancel_there',
  'reschedule',
  'reassign',
  'cancel',
  'retry',
  'fix_contact',
  'decide',
  'details',
  'take',
  'snooze',
  'log_call',
  'note',
] as const;
export type ButtonAction = (typeof buttonActions)[number];

export interface ContentButton {
  action: ButtonAction;
  label: string;
  /** The one that helps most often. */
  isPrimary?: boolean;
  /** Comes back with the click. */
  value?: string;
  confirm?: { title: string; text: string; yes: string; no: string };
}

/** A button that leads on: to another page or view, or with a `url` out of Slack. */
export interface Way {
  id: string;
  label: string;
  value?: string;
  url?: string;
  /** It leads to what is shown already. */
  isHere?: boolean;
}

/** A picture that is kept where it is shown. */
export interface ContentPicture {
  fileId: string;
  /** What it shows, in words and numbers. */
  altText: string;
}

/** A message or answer in plain text; whoever shows it escapes and cuts it. Empty lists show nothing. */
export interface Content {
  tone: Tone;
  /** Who did what the headline of a line tells (`Actor` of the history), shown before it. */
  actor: string | null;
  headline: string;
  paragraphs: string[];
  facts: Fact[];
  /** The most important first. */
  items: string[];
  /** One long line that is shown whole, such as numbers. */
  numbers: string | null;
  picture: ContentPicture | null;
  /** To be typed as it stands. */
  command: string | null;
  /** In small print, at the end. */
  notes: string[];
  buttons: ContentButton[];
  /** Of a line in a thread: the channel shows it too. */
  isForChannel: boolean;
  /** The message in sentences, for notifications and for those who listen to it. */
  spoken: string;
}

/** A content of the given parts; what is not given is empty, and it is spoken from top to bottom. */
export function content(parts: Partial<Content> & Pick<Content, 'tone' | 'headline'>): Content {
  const { headline, paragraphs = [], facts = [], items = [], numbers = null, command = null } = parts;
  const typed = command === null ? [] : [command];
  const sentences = [
    headline,
    ...paragraphs,
    ...typed,
    ...items,
    ...(numbers === null ? [] : [numbers]),
    ...facts.flatMap(speakFact),
  ];
  return {
    actor: null,
    picture: null,
    isForChannel: false,
    notes: [],
    buttons: [],
    spoken: sentences
      .flatMap((text) => text.split('\n'))
      .map(endSentence)
      .join(' '),
    ...parts,
    paragraphs,
    facts,
    items,
    numbers,
    command,
  };
}

/** A person's id says nothing when it is read aloud. */
function speakFact({ label, value, moment }: Fact): string[] {
  if (value === '' || label === '') return [];
  return [moment ? `${label}: ${value}, ${moment.inWords}` : `${label}: ${value}`];
}

function endSentence(text: string): string {
  return /[.!?:…]$/.test(text) ? text : `${text}.`;
}
