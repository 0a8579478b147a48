import { plural } from './plural.ts';

const language = 'de-DE';
const appointments = (n: number) => plural(language, n, { one: 'Termin', other: 'Termine' });

export const upkeepDe = {
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
      cancelled: (n: number) => `${n} abgesagt`,
      cleaned: (n: number) => `${n} nach Ablauf geschlossen`,
    },
    yesterday: 'gestern',
    missing: (day: string) => `Für ${day} gibt es keinen Tagesbericht.`,
    hint: '/sync-summary gestern zeigt den Bericht von gestern',
    help: [
      '/sync-summary zeigt den Stand von jetzt, neben dem letzten Tagesbericht',
      '/sync-summary gestern zeigt den Bericht eines Tages, auch: heute, 24.11.2025, 2025-11-24',
    ],
  },

  cleanup: {
    headline: (n: number) => `Aufgeräumt: ${appointments(n)} geschlossen`,
    cancelled: (ids: string) =>
      `Vorbei und nie gebucht, im Buchungssystem jetzt abgesagt: ${ids}. Nach außen ging keine Nachricht.`,
    done: (n: number) =>
      `Vorbei und in Cal.com gebucht: ${appointments(n)}. Daran ändert sich nichts, nur der Bot ist damit fertig.`,
    until: (date: string) => `Rückgängig machen geht bis ${date}.`,
    undo: 'Rückgängig',
    confirm: {
      title: 'Wieder öffnen?',
      text: 'Die abgesagten Termine sind im Buchungssystem dann wieder offen. Was inzwischen jemand geändert hat, bleibt.',
      yes: 'Wieder öffnen',
      no: 'So lassen',
    },
    undone: (n: number, of: number) =>
      `Aufräumen rückgängig gemacht: ${n} von ${plural(language, of, { one: 'Termin', other: 'Terminen' })} wieder offen.`,
    undoneBy: 'Von',
    undoneAt: 'Am',
    reopened: (ids: string) => `Wieder offen: ${ids}.`,
    changed: (ids: string) => `Seitdem geändert, deshalb so gelassen: ${ids}.`,
    already: (date: string) => `Das hat schon jemand rückgängig gemacht: ${date}.`,
    late: 'Das geht nicht mehr, es ist über einen Tag her. Einzelne Termine bitte im Buchungssystem öffnen.',
    unknown: 'Zu diesem Aufräumen gibt es nichts, was man rückgängig machen könnte.',
    whileHeld: 'Der Bot ist angehalten und ändert nichts. Bitte nach /resync start noch einmal.',
  },
};
