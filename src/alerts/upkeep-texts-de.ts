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
  },
};
