import { plural } from './plural.ts';

const language = 'de-DE';
const appointments = (n: number) => plural(language, n, { one: 'Termin', other: 'Termine' });

export const upkeepDe = {
  surplus: {
    headline: 'In Cal.com stehen Buchungen zu viel',
    why: 'Das hat der nächtliche Vergleich gefunden. Der Bot sagt sie nicht von selbst ab: Jemand soll darauf sehen.',
    over: 'In Cal.com steht keine Buchung mehr zu viel.',
  },
  morning: {
    headline: (from: string, until: string) => `In der Ruhezeit (${from} bis ${until})`,
    fired: (all: number, open: number, cleared: number) =>
      `${plural(language, all, { one: 'Meldung', other: 'Meldungen' })} zu Terminen: ${open} noch offen, ${cleared} inzwischen erledigt.`,
    openFollow: 'Die offenen folgen jetzt, die dringendsten zuerst.',
    more: (n: number) => `und ${n} weitere, die erledigt sind`,
  },
  summary: {
    headline: (day: string, health: string) => `Tagesbericht, ${day}: ${health}`,
    headlineNow: (health: string) => `Stand von jetzt: ${health}`,
    happened: (parts: string) => `In den letzten 24 Stunden: ${parts}.`,
    nothingHappened: 'In den letzten 24 Stunden wurde nichts gebucht, geändert oder geschlossen.',
    outcomes: {
      booked: (n: number) => `${n} gebucht`,
      repaired: (n: number) => `${n} nach einem Fehler gebucht`,
      adopted: (n: number) => `${n} mit vorhandener Buchung verbunden`,
      moved: (n: number) => `${n} verschoben`,
      reassigned: (n: number) => `${n} umbesetzt`,
      contactFixed: (n: number) => `${n} mit berichtigtem Kontakt`,
      cancelled: (n: number) => `${n} abgesagt`,
      closedByPlan: (n: number) => `${n} durch einen Plan geschlossen`,
      cleaned: (n: number) => `${n} nach Ablauf geschlossen`,
    },
    comparison: {
      compared: (n: number, what: string) =>
        `Mit Cal.com verglichen: ${plural(language, n, { one: 'künftige Buchung', other: 'künftige Buchungen' })}, ${what}.`,
      equal: 'alle wie sie sein sollen',
      changed: (n: number) => `${n} dort geändert`,
      missing: (n: number) => `${n} dort nicht mehr da`,
      doubled: (n: number, ids: string) =>
        `${n} doppelt gebucht (${ids}; bitte die überzählige in Cal.com absagen)`,
      orphaned: (n: number, ids: string) => `${n} ohne offenen Termin (${ids}; /sync-cleanup sagt sie ab)`,
    },
    causes: (n: number, shares: string) =>
      `${plural(language, n, { one: 'Termin ist', other: 'Termine sind' })} in dieser Zeit fehlgeschlagen. Ursachen: ${shares}.`,
    business: (n: number, share: string) => `${n} fachlich (${share})`,
    technical: (n: number, share: string) => `${n} technisch (${share})`,
    tasksHeadline: 'Auf einmal zu lösen:',
    tasks: {
      event_type: (n: number, eventType: string) =>
        `${appointments(n)} teilen den Eventtyp ${eventType}: eine Aufgabe`,
      unmapped_service: (n: number, service: string) =>
        `${appointments(n)} für ${service} haben keinen Eventtyp: eine Aufgabe`,
      host_calendar: (n: number, staff: string) =>
        `${appointments(n)} hängen am Kalender von ${staff}: eine Aufgabe`,
      contact: (n: number, ids: string) =>
        `${appointments(n)} haben denselben unbrauchbaren Kontakt (${ids}): eine Aufgabe`,
      key: (n: number) => `${appointments(n)} warten auf den Zugangsschlüssel für Cal.com: eine Aufgabe`,
    },
    moreTasks: (n: number) =>
      plural(language, n, { one: 'weitere gemeinsame Ursache', other: 'weitere gemeinsame Ursachen' }),
    deeds: {
      rescheduled: (n: number) => `${n} verschoben`,
      reassigned: (n: number) => `${n} umbesetzt`,
      cancelled: (n: number) => `${n} abgesagt`,
      contact_fixed: (n: number) => `${n} mit berichtigtem Kontakt`,
      kept_ours: (n: number) => `${n} an das Buchungssystem angeglichen`,
      took_theirs: (n: number) => `${n} an Cal.com angeglichen`,
      asked_again: (n: number) => `${n} noch einmal versucht`,
      taken: (n: number) => `${n} übernommen`,
      called: (n: number) => `${n} angerufen`,
      noted: (n: number) => `${n} mit Notiz`,
      adopted: (n: number) => `${n} verbunden`,
      closed: (n: number) => `${n} geschlossen`,
      orphan_cancelled: (n: number) =>
        `${plural(language, n, { one: 'Buchung', other: 'Buchungen' })} ohne Termin abgesagt`,
      undone: (n: number) => `${n} rückgängig gemacht`,
      reopened: (n: number) => `${n} wieder geöffnet`,
      plan_started: () => 'Plan gestartet',
      held: () => 'Bot angehalten',
      started: () => 'Bot gestartet',
    },
    morePersons: (n: number) =>
      `Und ${plural(language, n, { one: 'weitere Person', other: 'weitere Personen' })}`,
    chart: {
      title: 'Termine der letzten 14 Tage',
      appointments: 'Termine',
      days: 'Tag des Berichts',
      booked: 'gebucht',
      repaired: 'nach einem Fehler gebucht',
      failed: 'offen fehlgeschlagen',
      missing: 'kein Bericht',
      span: (from: string, to: string) => `${from} bis ${to}`,
      counts: (booked: number, repaired: number, failed: number) =>
        `${booked} gebucht, ${repaired} nach Fehler, ${failed} offen`,
    },
    yesterday: 'gestern',
    weekAgo: 'vor einer Woche',
    missing: (day: string) => `Für ${day} gibt es keinen Tagesbericht.`,
    hint: '/sync-summary gestern zeigt den Bericht von gestern',
    help: [
      '/sync-summary zeigt den Stand von jetzt, neben dem letzten Tagesbericht',
      '/sync-summary gestern zeigt den Bericht eines Tages, auch: heute, 24.11.2025, 2025-11-24',
    ],
  },

  waiting: {
    headline: (n: number) =>
      `Noch nicht gezeigt: ${plural(language, n, { one: 'Meldung', other: 'Meldungen' })}`,
    why: 'Es sind viele auf einmal, und Slack nimmt nur eine je Sekunde an. Der nächste Beginn kommt zuerst.',
    more: (n: number) => `und ${n} weitere`,
    over: 'Alle Meldungen, die gewartet haben, stehen jetzt im Kanal.',
  },

  cleanup: {
    headline: (n: number) => `Aufgeräumt: ${appointments(n)} geschlossen`,
    cancelled: (ids: string) =>
      `Vorbei und nie gebucht, im Buchungssystem jetzt abgesagt: ${ids}. Nach außen ging keine Nachricht.`,
    done: (n: number) =>
      `Vorbei und in Cal.com gebucht: ${appointments(n)}. Daran ändert sich nichts, nur der Bot ist damit fertig.`,
  },
};
