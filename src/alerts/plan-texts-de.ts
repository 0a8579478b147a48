import { plural } from './plural.ts';

const appointments = (n: number) => plural('de-DE', n, { one: 'Termin', other: 'Termine' });
const bookings = (n: number) => plural('de-DE', n, { one: 'Buchung', other: 'Buchungen' });

const NO_MAIL = 'Kein Kunde bekommt eine E-Mail.';
const UNDO_DAY = 'Einen Tag lang rückgängig zu machen.';
const NO_UNDO = 'Nicht rückgängig zu machen.';

export const planDe = {
  look: 'Plan ansehen',
  title: 'Aufräumplan',
  intro: 'Das schlägt der Bot vor. Es geschieht erst etwas, wenn Sie auswählen, weitergehen und bestätigen.',
  introLooking: 'Das schlägt der Bot vor. Ausführen darf den Plan nur die Technik (ACCESS_ENGINEERS).',
  empty: 'Es gibt nichts aufzuräumen.',
  loading: 'Einen Moment, ich stelle den Plan zusammen …',
  unknown: 'Cal.com antwortet gerade nicht, darum ist das jetzt nicht bekannt.',
  heading: (name: string, n: number) => `${name}: ${n}`,
  examples: (ids: string) => `Zum Beispiel ${ids}.`,
  all: (ids: string) => `${ids}.`,
  choose: 'Was soll geschehen?',
  option: (name: string, n: number) => `${name} (${n})`,
  assign: (id: number) => `#${id} zuweisen`,
  next: 'Weiter',
  groups: {
    past: {
      name: 'Vorbei und nie gebucht',
      does: 'Wird im Buchungssystem abgesagt.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    no_staff: {
      name: 'Ohne Mitarbeiter',
      does: 'Wird im Buchungssystem abgesagt. Wer stattdessen jemanden einteilen will, tut das zuerst, hier mit „Zuweisen“.',
      mail: 'Kein Kunde bekommt eine E-Mail: bitte anrufen.',
      undo: UNDO_DAY,
    },
    duplicates: {
      name: 'Doppelt',
      does: 'Der jüngere von zwei gleichen Terminen wird im Buchungssystem abgesagt, der gebuchte oder ältere bleibt.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    no_event_type: {
      name: 'Leistung fehlt in Cal.com',
      does: 'Wird im Buchungssystem abgesagt. Wer die Leistung in Cal.com anlegen will, tut das zuerst.',
      mail: 'Kein Kunde bekommt eine E-Mail: bitte anrufen.',
      undo: UNDO_DAY,
    },
    placeholder: {
      name: 'Ohne brauchbaren Kontakt',
      does: 'Wird mit einer Platzhalter-Adresse gebucht.',
      mail: NO_MAIL,
      undo: NO_UNDO,
    },
    adopt: {
      name: 'In Cal.com schon gebucht',
      does: 'Wird mit der vorhandenen Buchung verbunden, es wird nichts noch einmal gebucht.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    changed: {
      name: 'Fehlgeschlagen, seitdem geändert',
      does: 'Wird mit den neuen Daten noch einmal versucht.',
      mail: 'Wer gebucht wird, bekommt die übliche Bestätigung.',
      undo: NO_UNDO,
    },
    wake: {
      name: 'Anderes Fehlgeschlagenes',
      does: 'Wird noch einmal versucht.',
      mail: 'Wer gebucht wird, bekommt die übliche Bestätigung.',
      undo: NO_UNDO,
    },
    ambiguous: {
      name: 'Buchung nicht eindeutig',
      does: 'Die Buchung wird mit dem ersten dieser Termine verbunden und dorthin verlegt, wo er im Buchungssystem steht.',
      mail: 'Wessen Buchung verlegt wird, der bekommt eine E-Mail.',
      undo: 'Rückgängig zu machen, solange nichts verlegt ist.',
    },
    orphans: {
      name: 'Buchung ohne Termin',
      does: 'Vom Bot gebucht, der Termin ist aber abgesagt oder gelöscht: Die Buchung in Cal.com wird abgesagt.',
      mail: 'Wer eine eigene Adresse hat, bekommt die Absage per E-Mail.',
      undo: NO_UNDO,
    },
  },
  confirm: {
    title: 'Wirklich ausführen?',
    intro: 'Das geschieht jetzt:',
    submit: 'Ausführen',
    back: 'Abbrechen',
  },
  started: 'Der Plan läuft. Wie weit er ist, steht im Kanal.',
  late: 'Dieser Plan wurde schon ausgeführt oder ist zu alt. Bitte den Plan neu öffnen.',
  gone: 'Von dem, was ausgewählt war, ist nichts mehr da. Es wurde nichts getan.',

  message: {
    waiting: 'Der Aufräumplan beginnt gleich.',
    running: (n: number, of: number) => `Aufräumplan: ${n} von ${of}`,
    finished: (n: number) => `Aufräumplan fertig: ${appointments(n)} bearbeitet`,
    by: 'Gestartet von',
    closed: (n: number) => `${n} geschlossen`,
    repaired: (n: number) => `${n} nach einem Fehler gebucht`,
    adopted: (n: number) => `${n} mit vorhandener Buchung verbunden`,
    moved: (n: number) => `${n} verschoben`,
    withdrawn: (n: number) => `${bookings(n)} in Cal.com abgesagt`,
    stillOpen: (n: number) => `${n} weiter offen`,
    skipped: (n: number) => `${n} ausgelassen`,
    counts: (parts: string) => `Ergebnis: ${parts}.`,
    untilStart: (n: number) => `${appointments(n)} versucht der Bot, sobald er gestartet ist.`,
    untilDecided: (n: number) => `${appointments(n)} versucht der Bot gerade noch.`,
    before: 'vorher',
    left: (why: string, n: number, ids: string) => `${why} (${n}): ${ids}`,
    why: {
      changed: 'Inzwischen geändert',
      not_there: 'Die Buchung steht nicht mehr in Cal.com',
      not_mapped: 'Die Leistung der Buchung ist nicht zugeordnet',
      'cal.com did not answer': 'Cal.com hat nicht geantwortet',
      failed: 'Fehlgeschlagen, der Fehler steht im Protokoll',
    },
  },
  help: ['/sync-cleanup zeigt, was aufzuräumen ist, und führt aus, was Sie auswählen'],
};
