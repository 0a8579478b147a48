import { plural } from './plural.ts';

const appointments = (n: number) => plural('de-DE', n, { one: 'Termin', other: 'Termine' });

// The App Home, and an appointment's whole story.
export const homeDe = {
  title: 'Terminabgleich',
  stranger: (variables: string) =>
    `Diese Seite ist für Support, Leitung und Technik. Wer das ist, steht in ${variables}; wer dazugehören soll, wendet sich an die Technik.`,
  health:
    'Rot: Etwas ist kritisch oder seit über 24 Stunden unbearbeitet, oder Cal.com bedient uns nicht. ' +
    'Gelb: Erfolg unter 95 % oder etwas wartet seit über einer Stunde.',
  definitions: {
    failed: 'Offene Termine, die nicht wie gewünscht in Cal.com stehen, auch vergangene.',
    critical:
      'Fehlgeschlagen und Beginn in den nächsten 24 Stunden, oder Beginn so bald und seit über 15 Minuten ohne Buchung.',
    manualReview: 'Fehlgeschlagene, die noch niemand in Arbeit hat.',
    ancient:
      'Fehlgeschlagen seit über 24 Stunden, und in den letzten 24 Stunden hat sich niemand darum gekümmert.',
    successRate:
      'Von den Terminen, die in den letzten 24 Stunden dazukamen und entschieden sind: wie viele stehen in Cal.com.',
    pending: 'Offene Termine, die noch kommen und deren Buchung noch nicht entschieden ist.',
  },
  start: 'Starten',

  list: {
    heading: 'Termine',
    chosen: (label: string) => `✓ ${label}`,
    filters: {
      failed: 'Fehlgeschlagen',
      past: 'Davon vorbei',
      pending: 'Wartend',
      no_staff: 'Ohne Mitarbeiter',
      mine: 'Meine',
    },
    empty: {
      failed: 'Kein Termin ist fehlgeschlagen.',
      past: 'Kein fehlgeschlagener Termin ist schon vorbei.',
      pending: 'Kein Termin wartet auf die Buchung.',
      no_staff: 'Allen kommenden Terminen ist jemand zugeteilt.',
      mine: 'Sie haben keinen offenen Termin in Arbeit und um keinen haben Sie sich zuletzt gekümmert.',
    },
    pages: (n: number, page: number, pages: number) => `${appointments(n)} · Seite ${page} von ${pages}`,
    previous: '‹ Zurück',
    next: 'Weiter ›',
  },

  engine: {
    heading: 'Für die Technik',
    breaker: 'Cal.com',
    states: {
      closed: 'wird normal angesprochen',
      open: 'wird nicht angesprochen, nur alle paar Sekunden geprüft',
      trial: 'wird mit einem Termin nach dem anderen erprobt',
    },
    because: (state: string, kind: string, since: string) => `${state} (${kind}, seit ${since})`,
    replicas: 'Laufende Bots',
    noReplicas: 'keiner hat sich in der letzten halben Minute gemeldet',
    runs: { cleanup: 'Letztes Aufräumen', summary: 'Letzte Tagesübersicht' },
    plan: 'Letzter Plan',
    finished: (at: string) => `${at}, fertig`,
    unfinished: (at: string) => `${at}, noch nicht fertig`,
    never: 'noch nie',
    pace: (attempts: number, limit: string) =>
      `Schreibversuche in der letzten Minute: ${attempts}; erlaubt je Minute: ${limit}.`,
    noLimit: 'ohne Grenze',
    free: 'Das Tempo ist frei.',
    busyUntil: (at: string) => `Das Tempo ist belegt bis ${at}.`,
    asOf: (at: string) => `Gelesen: ${at}.`,
  },

  story: {
    button: 'Ganze Geschichte',
    loading: 'Einen Moment, ich lese die Geschichte …',
    empty: 'Zu diesem Termin gibt es noch keine Geschichte.',
    record: 'Im Buchungssystem',
    booking: 'In Cal.com',
    newer: '‹ Neuere',
    older: 'Ältere ›',
    place: (page: number, pages: number) => `Seite ${page} von ${pages}, das Neueste zuerst`,
    part: (page: number, pages: number, part: number, parts: number) =>
      `Seite ${page} von ${pages}, Teil ${part} von ${parts}, das Neueste zuerst`,
    operations: {
      book: 'Buchen',
      move: 'Verschieben',
      reassign: 'Umbesetzen',
      cancel: 'Absagen',
    } as Record<string, string>,
    outcomes: {
      done: 'gelungen',
      found: 'gelungen, durch Nachsehen gefunden',
      refused: 'abgelehnt',
      rate_limited: 'zu viele Anfragen',
      not_sent: 'nicht angekommen',
      not_landed: 'nicht angekommen, durch Nachsehen festgestellt',
      former: 'vom bisherigen System',
    } as Record<string, string>,
    open: 'Ausgang noch unklar',
    status: (status: number) => `HTTP ${status}`,
    request: (id: string) => `Request-ID ${id}`,
    answer: 'Antwort:',
    answerGoesOn: 'Antwort, Fortsetzung:',
    noAnswer: 'Keine Antwort gespeichert.',
  },
};
