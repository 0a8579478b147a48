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
    cancel_there: 'Dort absagen',
    take: 'Ich übernehme',
    takeOver: 'Übernehmen oder abgeben',
    snooze: 'Später',
    log_call: 'Anruf',
    note: 'Notiz',
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
    submitAnyway: 'Trotzdem',
    warnings: {
      ours: (id: number) =>
        `⚠️ Termin #${id} derselben Person oder derselben Kundschaft liegt zu dieser Zeit.`,
      notOffered:
        '⚠️ Diese Zeit bietet Cal.com nicht an: Die Person ist dann wohl belegt oder arbeitet nicht.',
      silent: '⚠️ Cal.com hat nicht geantwortet. Ob diese Zeit frei ist, weiß niemand.',
      again:
        'Wer es trotzdem will, schickt es noch einmal ab. Nimmt Cal.com es nicht an, kommt die Meldung zurück.',
    },
  },
  pair: {
    intro: (id: number) =>
      `Termin #${id} steht zur selben Zeit im Weg. Statt dieses Termins kann auch er ausweichen; dann wird dieser noch einmal versucht.`,
  },
  consequences: {
    before: 'Bisher',
    after: 'Danach',
    calcom: 'Bei Cal.com',
    mail: 'E-Mail von Cal.com',
    chosenTime: 'zur gewählten Zeit',
    chosenPerson: 'wer gewählt wird',
    booked: 'in Cal.com gebucht',
    notBooked: 'nicht in Cal.com',
    calls: {
      book: 'wird eine Buchung angelegt',
      move: 'wird die Buchung verschoben',
      reassign: 'wird die Buchung übergeben, wenn die neue Person frei ist',
      replace: 'wird erst neu gebucht und dann die alte Buchung abgesagt',
    },
    customer: 'Kundin oder Kunde',
    noMail: (people: string) => `nur ${people}; Kundin oder Kunde bitte anrufen`,
    again: (ids: string) => `noch einmal versucht: ${ids}`,
    nothingAgain: 'Nichts wird noch einmal versucht',
    newAddress: 'an die neue Adresse, sobald etwas gebucht ist',
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
    submitAnyway: 'Trotzdem',
    warning: (name: string) =>
      `⚠️ ${name} ist zu dieser Zeit laut Cal.com oder nach unseren Terminen nicht frei.`,
    again:
      'Wer es trotzdem will, schickt es noch einmal ab. Nimmt Cal.com es nicht an, kommt die Meldung zurück.',
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
    submitAnyway: 'Trotzdem',
    shared: (fields: string, names: string) =>
      `⚠️ ${fields} gehört schon zu ${names}. Bitte prüfen, ob das stimmt; sonst landen Nachrichten bei jemand anderem.`,
    again: 'Wer es trotzdem will, schickt es noch einmal ab.',
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

  take: {
    taken: (id: number) =>
      `Termin #${id} liegt jetzt bei Ihnen, zwei Stunden lang oder bis jemand etwas tut.`,
    given_back: (id: number) => `Termin #${id} liegt wieder bei niemandem.`,
    yours: (id: number) => `Termin #${id} liegt schon bei Ihnen.`,
  },
  snooze: {
    title: (id: number) => `#${id}: später`,
    intro: 'Bis dahin erinnert niemand an diesen Termin. Der Bot versucht es trotzdem weiter.',
    tooLate: 'Der Termin beginnt in weniger als einer Stunde: dafür ist es zu spät.',
    until: 'Wann wieder melden?',
    ends: {
      hour: (date: string) => `In einer Stunde (${date})`,
      tomorrow: (date: string) => `Morgen früh (${date})`,
      working_day: (date: string) => `Am nächsten Werktag (${date})`,
    },
    submit: 'Ruhen lassen',
  },
  call: {
    title: (id: number) => `#${id}: Anruf`,
    noMail: 'Es gibt nur eine Platzhalter-Adresse: Die Kundin oder der Kunde bekommt keine E-Mail.',
    result: 'Wie ging der Anruf aus?',
    results: {
      reached: 'Erreicht',
      no_answer: 'Niemand ging ran',
      agreed: 'Erreicht und etwas vereinbart',
    },
    submit: 'Festhalten',
  },
  note: {
    title: (id: number) => `#${id}: Notiz`,
    intro: 'Alle im Kanal können die Notiz lesen: bitte keine Namen, Adressen oder Telefonnummern.',
    text: 'Notiz',
    submit: 'Festhalten',
  },

  errors: {
    snoozeMissing: 'Bitte wählen, wann die Meldung wieder kommen soll.',
    resultMissing: 'Bitte wählen, wie der Anruf ausging.',
    noteMissing: 'Bitte etwas eintragen.',
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

  cancelThere: {
    confirm: {
      title: 'In Cal.com absagen?',
      text: (booking: string) =>
        `Der Bot sagt dort ab und versucht diesen Termin dann noch einmal. Cal.com schreibt der Person, für die gebucht war, eine E-Mail. Es geht um ${booking}.`,
      yes: 'Dort absagen',
      no: 'Zurück',
    },
    booking: (id: number, when: string) => `die Buchung für Termin #${id} (${when})`,
    done: (id: number) =>
      `Die Buchung ist in Cal.com abgesagt. Termin #${id} wird jetzt noch einmal versucht.`,
    wanted: 'Diese Buchung gehört inzwischen zu einem Termin. Es wurde nichts abgesagt.',
    unreadable: 'Cal.com antwortet gerade nicht. Bitte gleich noch einmal drücken.',
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
    taken: 'kümmert sich darum.',
    taken_over: 'übernimmt von einer Kollegin oder einem Kollegen.',
    given_back: 'gibt den Termin wieder ab.',
    snoozed: (until: string) => `lässt die Meldung bis ${until} ruhen.`,
    noted: (text: string) => `notiert: ${text}`,
    called: (result: string, text: string | null) =>
      `hat angerufen: ${result}.${text === null ? '' : ` ${text}`}`,
    refused: (what: string) => `wollte etwas, was nicht erlaubt ist: ${what}`,
    nobody: 'niemand',

    booked: 'In Cal.com gebucht.',
    moved: 'In Cal.com verschoben.',
    movedToColleague: 'In Cal.com umbesetzt.',
    movedThere: (from: string, to: string) =>
      `In Cal.com von ${from} auf ${to} verschoben; das Buchungssystem ist gefolgt.`,
    reassignedThere: 'In Cal.com jemand anderem gegeben; das Buchungssystem ist gefolgt.',
    adopted: 'Mit der vorhandenen Buchung verbunden.',
    reminded: (when: string) => `Der Termin beginnt ${when}, und noch hat sich niemand darum gekümmert.`,
    escalated: (when: string) =>
      `Bitte helfen: Der Termin beginnt ${when}, und noch hat sich niemand darum gekümmert.`,
    redacted: 'Was hier stand, ist nach Ablauf der Aufbewahrungszeit entfernt.',
    snooze_over: 'Die Ruhezeit ist vorbei: Der Termin braucht noch jemanden.',
    unbooked: 'Die bisherige Buchung in Cal.com ist abgesagt.',
    closed: 'Geschlossen.',
    imported: 'Vom bisherigen System übernommen.',
    message_replaced:
      'Die vorige Meldung wurde gelöscht oder ist nicht mehr erreichbar. Hier geht es weiter; alles Frühere steht in den Einzelheiten.',
    failed: (why: string, n: number) =>
      `Erfolglos versucht: ${why} (${plural('de-DE', n, { one: 'Versuch', other: 'Versuche' })}).`,
  },
};
