import { plural } from './plural.ts';

// The dialogs behind an alert's buttons, and what is said when a person was too late.
export const dialogTextsDe = {
  buttons: {
    reschedule: 'Verschieben',
    reassign: 'Umbesetzen',
    cancel: 'Absagen',
    retry: 'Noch einmal',
    fix_contact: 'Kontakt',
    details: 'Einzelheiten',
    assign: 'Zuteilen',
    decide: 'Entscheiden',
    bookAgain: 'Neu buchen',
  },
  loading: 'Einen Moment, ich frage Cal.com …',
  working: 'Einen Moment, ich speichere …',
  done: 'Erledigt. Was daraus wird, zeigt die Meldung im Kanal.',
  pressAgain: 'Slack hat diesen Klick nicht mehr angenommen. Bitte noch einmal drücken.',
  close: 'Schließen',
  abort: 'Abbrechen',

  reschedule: {
    title: (id: number) => `#${id} verschieben`,
    offers: 'Diese Zeiten sind bei Cal.com wirklich frei, die nächstgelegene zuerst.',
    noOffers:
      'In den nächsten zwei Wochen bietet Cal.com keine freie Zeit. Eine eigene Zeit ist trotzdem möglich.',
    unreadable:
      'Cal.com antwortet gerade nicht, darum gibt es keine Vorschläge. Eine eigene Zeit ist trotzdem möglich.',
    ownTime: 'Eine eigene Zeit zählt vor der Auswahl. Ist sie bei Cal.com belegt, kommt die Meldung zurück.',
    slot: 'Freie Zeit',
    date: 'Anderer Tag',
    time: 'Andere Uhrzeit',
    submit: 'Verschieben',
  },
  reassign: {
    title: (id: number) => `#${id} umbesetzen`,
    intro: 'Wer die Leistung kann, zuerst wer zu dieser Zeit frei ist.',
    nobody: 'Niemand sonst kann diese Leistung. Bitte einen anderen Tag suchen oder absagen.',
    staff: 'Wer übernimmt?',
    free: 'frei',
    busy: 'zu dieser Zeit belegt',
    unclear: 'Cal.com antwortet gerade nicht',
    submit: 'Umbesetzen',
  },
  cancel: {
    title: (id: number) => `#${id} absagen`,
    inSystem: 'Der Termin wird im Buchungssystem abgesagt.',
    booking: 'Die Buchung in Cal.com wird abgesagt.',
    noBooking: 'In Cal.com steht keine Buchung.',
    mail: 'Cal.com schreibt der Kundin oder dem Kunden eine E-Mail.',
    noMail: 'Die Kundin oder der Kunde bekommt keine E-Mail: bitte anrufen.',
    reason: 'Grund (nur für das Team)',
    submit: 'Absagen',
  },
  fixContact: {
    title: (id: number) => `#${id}: Kontakt`,
    intro:
      'Alle fehlgeschlagenen Termine dieser Kundin oder dieses Kunden werden danach noch einmal versucht.',
    empty:
      'Bleibt beides leer, bucht der Bot mit einer Platzhalter-Adresse, und niemand bekommt eine E-Mail.',
    email: 'E-Mail',
    phone: 'Telefon',
    phoneHint: 'Zum Beispiel 0171 2345678 oder +49 171 2345678',
    submit: 'Speichern',
  },
  decide: {
    title: (id: number) => `#${id}: was gilt?`,
    intro:
      'Der Termin wurde auf beiden Seiten geändert. Was hier gewählt wird, gilt, und die andere Seite wird angeglichen.',
    unknownHost: (host: string) =>
      `In Cal.com hat ${host} die Buchung, und im Buchungssystem heißt niemand so, der diese Leistung macht.`,
    there: 'In Cal.com',
    truth: 'Was gilt?',
    ours: (place: string) => `Buchungssystem: ${place}`,
    oursNote: 'Cal.com wird geändert und schreibt vielleicht eine E-Mail',
    theirs: (place: string) => `Cal.com: ${place}`,
    theirsNote: 'nur das Buchungssystem wird geändert',
    submit: 'Übernehmen',
    advice: 'Bitte entscheiden, was gilt: der Bot gleicht dann beide Seiten an. Bis dahin ändert er nichts.',
  },
  details: {
    title: (id: number) => `Termin #${id}`,
    customer: 'Kundin oder Kunde',
    email: 'E-Mail',
    phone: 'Telefon',
    none: 'keine Angabe',
    booking: 'Buchung in Cal.com',
    noBooking: 'keine',
    history: 'Verlauf:',
    noHistory: 'Noch hat niemand etwas getan.',
    answer: (when: string, status: string) => `Antwort von Cal.com (${when}, ${status}):`,
    noStatus: 'ohne Antwort',
  },

  errors: {
    noChoice: 'Bitte eine freie Zeit wählen oder Tag und Uhrzeit angeben.',
    dateMissing: 'Bitte auch den Tag angeben.',
    timeMissing: 'Bitte auch die Uhrzeit angeben.',
    noSuchTime: 'Diese Uhrzeit gibt es an dem Tag nicht (Zeitumstellung).',
    past: 'Diese Zeit ist schon vorbei.',
    sameTime: 'Der Termin liegt schon zu dieser Zeit. „Noch einmal“ versucht ihn erneut.',
    rival: (id: number) => `Zu dieser Zeit liegt schon Termin #${id}.`,
    duplicate: 'Diesen Termin gibt es schon.',
    staffMissing: 'Bitte jemanden auswählen.',
    reasonMissing: 'Bitte einen Grund angeben.',
    email: 'Diese Adresse nimmt Cal.com nicht an. Umlaute und Leerzeichen sind nicht erlaubt.',
    phone: 'Das ist keine gültige Telefonnummer.',
    truthMissing: 'Bitte eines von beiden wählen.',
    unchanged: 'Das ist der Kontakt, der schon gespeichert ist.',
  },

  late: {
    headline: (id: number) => `Termin #${id} ist inzwischen anders.`,
    settled: 'Er ist erledigt, hier ist nichts mehr zu tun.',
    changed: 'Was der Dialog zeigte, stimmt nicht mehr. Es wurde nichts geändert; bitte noch einmal öffnen.',
    held: 'Der Bot ist angehalten und ändert nichts. Weiter geht es mit /resync start.',
    notAgain: 'Die Meldung war schon überholt. Es wurde nichts getan; bitte in die neue Meldung sehen.',
    by: 'Zuletzt',
    retrying: (id: number) => `Termin #${id} wird jetzt noch einmal versucht.`,
  },

  // After the person who did it; the others tell what the bot did.
  notes: {
    rescheduled: (from: string, to: string) => `hat den Termin von ${from} auf ${to} verschoben.`,
    reassigned: (from: string, to: string) => `hat den Termin umbesetzt: ${from} → ${to}.`,
    cancelled: (reason: string) => `hat den Termin abgesagt: ${reason}`,
    contact_fixed: 'hat den Kontakt berichtigt.',
    kept_ours: 'hat entschieden: es gilt das Buchungssystem.',
    took_theirs: 'hat entschieden: es gilt Cal.com.',
    undone: 'hat die letzte Änderung rückgängig gemacht.',
    reopened: 'hat den Termin wieder geöffnet.',
    orphan_cancelled: 'hat die Buchung in Cal.com abgesagt, zu der es keinen Termin mehr gibt.',
    asked_again: 'lässt es noch einmal versuchen.',
    refused: (what: string) => `wollte etwas, was nicht erlaubt ist: ${what}`,
    nobody: 'niemand',

    booked: 'In Cal.com gebucht.',
    moved: 'In Cal.com verschoben.',
    movedToColleague: 'In Cal.com umbesetzt.',
    movedThere: (from: string, to: string) =>
      `In Cal.com von ${from} auf ${to} verschoben; das Buchungssystem ist gefolgt.`,
    reassignedThere: 'In Cal.com jemand anderem gegeben; das Buchungssystem ist gefolgt.',
    adopted: 'Mit der vorhandenen Buchung verbunden.',
    unbooked: 'Die bisherige Buchung in Cal.com ist abgesagt.',
    closed: 'Geschlossen.',
    imported: 'Vom bisherigen System übernommen.',
    message_replaced:
      'Die vorige Meldung wurde gelöscht oder ist nicht mehr erreichbar. Hier geht es weiter; alles Frühere steht in den Einzelheiten.',
    failed: (why: string, n: number) =>
      `Erfolglos versucht: ${why} (${plural('de-DE', n, { one: 'Versuch', other: 'Versuche' })}).`,
  },
};
