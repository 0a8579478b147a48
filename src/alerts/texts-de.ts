import { dialogTextsDe } from './dialog-texts-de.ts';
import { type FailureTexts, failuresDe } from './failure-texts-de.ts';
import { homeDe } from './home-texts-de.ts';
import { planDe } from './plan-texts-de.ts';
import { plural } from './plural.ts';
import { undoDe } from './undo-texts-de.ts';
import { upkeepDe } from './upkeep-texts-de.ts';

const language = 'de-DE';
const appointments = (n: number) => plural(language, n, { one: 'Termin', other: 'Termine' });

export const textsDe = {
  language,
  failures: failuresDe as FailureTexts,

  dialogs: dialogTextsDe,

  appointment: {
    headline: (id: number, what: string) => `Termin #${id}: ${what}`,
    urgent: 'Dringend, beginnt in weniger als 24 Stunden',
    service: 'Leistung',
    staff: 'Bei',
    start: 'Beginn',
    contact: 'Kontakt',
    attempts: 'Bisher',
    nextTry: 'Nächster Versuch',
    actor: 'Jetzt gefragt',
    actors: {
      nobody: 'niemand, der Bot versucht es weiter',
      support: 'Support-Team',
      engineer: 'Technik',
    },
    takenBy: 'In Arbeit bei',
    snoozed: 'Ruht bis',
    lostRoute: (channel: string) =>
      `Gehört in den Kanal ${channel} (ALERT_ROUTES). Der Bot konnte dort nicht schreiben, oder die Regel ist neuer als diese Meldung.`,
    endedAt: 'Erledigt',
    endedBy: 'Zuletzt',
    unknown: 'unbekannt',
    nobodyAssigned: 'niemand zugeteilt',
    noContact: 'keine brauchbaren Kontaktdaten',
    noUsableContact: (initials: string) => `${initials} – keine brauchbaren Kontaktdaten`,
    attemptsMade: (n: number) => plural(language, n, { one: 'Versuch', other: 'Versuche' }),
    tryNow: 'in Kürze',
    tryOnChange: 'sobald jemand etwas ändert oder es verlangt',
    retriesSoonStart:
      'Der Bot versucht es von selbst weiter. Weil der Termin bald beginnt, sollte jemand ein Auge darauf haben.',
    at: (service: string, staff: string, date: string) => `${service} bei ${staff}, ${date}`,
    atUnassigned: (service: string, date: string) => `${service}, noch niemandem zugeteilt, ${date}`,
    ended: (id: number) => `Termin #${id} ist erledigt:`,
    endings: {
      synced: 'Er steht jetzt in Cal.com.',
      'closed:past': 'Der Termin ist vorbei.',
      'closed:done': 'Der Termin ist vorbei, er stand in Cal.com.',
      'closed:cancelled': 'Er wurde abgesagt.',
      'closed:completed': 'Er hat stattgefunden.',
      'closed:no_show': 'Die Kundin oder der Kunde ist nicht erschienen.',
      'closed:gone': 'Es gibt den Termin im Buchungssystem nicht mehr.',
      'closed:not_open': 'Er ist im Buchungssystem nicht mehr offen.',
      'closed:no_staff': 'Er wurde geschlossen, weil niemand zugeteilt war.',
      'closed:duplicate': 'Er wurde geschlossen, weil es ihn doppelt gab.',
      'closed:no_event_type': 'Er wurde geschlossen, weil Cal.com die Leistung nicht anbietet.',
    } as Record<string, string>,
    endedSomehow: 'Es ist nichts mehr zu tun.',
    states: {
      pending: 'wartet auf die Buchung in Cal.com',
      synced: 'steht in Cal.com',
      failed: 'steht nicht wie gewünscht in Cal.com',
      closed: 'ist abgeschlossen',
    },
  },

  incident: {
    unavailable: {
      headline: 'Cal.com antwortet nicht',
      why: 'Cal.com ist im Moment nicht erreichbar oder meldet Fehler.',
      advice: 'Es ist nichts zu tun. Der Bot wartet, fragt regelmäßig nach und holt danach alles nach.',
    },
    rateLimited: {
      headline: 'Cal.com bremst uns',
      why: 'Cal.com nimmt von uns im Moment keine weiteren Anfragen an.',
      advice: 'Es ist nichts zu tun. Der Bot wartet und holt danach alles nach.',
    },
    unauthorized: {
      headline: 'Cal.com lehnt unseren Zugangsschlüssel ab',
      why: 'Bis das behoben ist, kann der Bot nichts buchen, verschieben oder absagen.',
      advice:
        'Bitte an die Technik: in Cal.com unter Settings > Developer > API keys einen neuen Schlüssel anlegen, ' +
        'als CALCOM_API_KEY eintragen und den Bot neu starten. Der Bot prüft den Schlüssel von selbst immer wieder.',
    },
    since: 'Seit',
    waiting: 'Warten auf Cal.com',
    noSingleAlerts: 'Solange die Störung dauert, gibt es dazu keine Meldungen zu einzelnen Terminen.',
    over: 'Die Störung mit Cal.com ist vorbei.',
    lasted: (from: string, to: string) =>
      `Sie dauerte von ${from} bis ${to}. Was liegen blieb, wird nachgeholt.`,
  },

  held: {
    headline: 'Der Bot ist angehalten',
    adopted:
      'Die Daten des bisherigen Systems sind übernommen. Der Bot zählt mit, schreibt aber noch nichts nach Cal.com, ' +
      'ändert keinen Termin und meldet keine einzelnen Termine.',
    stopped:
      'Solange er angehalten ist, bucht, verschiebt und sagt er in Cal.com nichts ab und meldet keine einzelnen Termine.',
    plan: 'Bitte zuerst den Plan ansehen: Er zeigt, was aufzuräumen ist. Ansehen ändert nichts.',
    thenStart: 'Danach den Bot starten, hier oder mit /resync start.',
    stoppedBy: 'Angehalten von',
    start: 'Starten',
    confirm: {
      title: 'Bot starten?',
      text: 'Er bucht dann alle wartenden Termine in Cal.com und meldet, was ein Mensch entscheiden muss.',
      yes: 'Starten',
      no: 'Noch nicht',
    },
    running: 'Der Bot läuft wieder.',
    startedBy: 'Gestartet von',
  },

  figures: {
    failed: 'Fehlgeschlagen',
    critical: 'Kritisch (beginnen in 24 Stunden)',
    manualReview: 'Hat noch niemand übernommen',
    ancient: 'Seit über 24 Stunden unbearbeitet',
    successRate: 'Erfolg der letzten 24 Stunden',
    nothingDecided: 'noch nichts entschieden',
    pending: 'Warten auf die Buchung',
    health: { red: 'rot', amber: 'gelb', green: 'grün' },
  },

  status: {
    headline: (health: string) => `Stand der Synchronisierung: ${health}`,
    allWell: 'Es gibt nichts zu tun.',
    acting: (n: number) =>
      plural(language, n, {
        one: 'Termin braucht einen Menschen:',
        other: 'Termine brauchen einen Menschen:',
      }),
    row: (id: number, date: string, what: string) => `#${id} · ${date} · ${what}`,
    more: (n: number, page: number) =>
      `… und ${plural(language, n, { one: 'weiterer', other: 'weitere' })}: /sync-status Seite ${page}`,
    running: 'Der Bot läuft.',
    fresh: 'Der Bot hat die Daten des bisherigen Systems noch nicht übernommen.',
    held: 'Der Bot ist angehalten. /resync start lässt ihn weiterarbeiten.',
    incident: 'Cal.com bedient uns im Moment nicht.',
    unknown: (ids: string) => `Nicht bekannt: ${ids}. Ist die Nummer richtig?`,
    help: [
      '/sync-status zeigt die Zahlen und was einen Menschen braucht',
      '/sync-status 748 zeigt einen Termin, auch mehrere: 748 750',
      '/sync-status Seite 2 blättert in der Liste weiter',
    ],
  },

  resync: {
    headline: 'Noch einmal versuchen',
    woken: (n: number, ids: string) => `Jetzt an der Reihe: ${ids === '' ? appointments(n) : ids}.`,
    nothingToDo: (ids: string) => `Nichts zu tun bei ${ids}.`,
    nothingAtAll: 'Es gibt nichts, was noch einmal versucht werden müsste.',
    follow: 'Was daraus wird, zeigt die Meldung im Kanal oder /sync-status.',
    whileHeld: 'Der Bot ist aber angehalten und fängt erst nach /resync start damit an.',
    started: 'Der Bot läuft. Er arbeitet jetzt ab, was gewartet hat.',
    alreadyRunning: 'Der Bot läuft schon.',
    notAdopted:
      'Der Bot kann noch nicht starten: Die Daten des bisherigen Systems sind noch nicht übernommen.',
    stopped: 'Der Bot ist angehalten. Weiter geht es mit /resync start.',
    alreadyHeld: 'Der Bot ist schon angehalten.',
    help: [
      '/resync 748 750 versucht diese Termine noch einmal',
      '/resync failed versucht alle fehlgeschlagenen noch einmal',
      '/resync all prüft alle offenen Termine',
      '/resync stop hält den Bot an, /resync start lässt ihn weiterarbeiten',
    ],
  },

  upkeep: upkeepDe,
  home: homeDe,
  plan: planDe,
  undo: undoDe,

  access: {
    roles: { support: 'Support', manager: 'Leitung', engineer: 'Technik' },
    refused: (roles: string, variables: string) =>
      `Das dürfen nur: ${roles}. Wer das ist, steht in ${variables}.`,
    unsure: 'Slack sagt gerade nicht, wer das darf. Bitte gleich noch einmal versuchen.',
  },

  ask: {
    help: (command: string) => `So geht ${command}`,
    notUnderstood: (words: string) => `Das habe ich nicht verstanden: ${words}`,
    tooMany: (max: number) => `Bitte höchstens ${max} Nummern auf einmal.`,
    broken: 'Das hat nicht geklappt. Der Fehler steht im Protokoll; bitte noch einmal versuchen.',
  },
};
