import type { SlackLookAlike } from '../slack/start-slack.ts';
import { ALERT_CHANNEL, GUIDE, type TeamLanguage, team } from '../team.ts';

/** The demo's first message says what to try; everybody gets it in their own language, for their eyes only. */
export function welcomeEverybody(slack: SlackLookAlike): void {
  for (const { id, language } of team)
    slack.say({ user: GUIDE, channel: ALERT_CHANNEL, text: welcomes[language], onlyTo: id });
}

const welcomes: Record<TeamLanguage, string> = {
  en: `*Welcome to the salon.* Left is the team's Slack, right is Cal.com's calendar, and between them runs the real bot.
A former system left 23 failed appointments. The bot has read them and *waits* until a person says so. Try this, as engineer first:
1. Look at the plan with \`/sync-cleanup\`, and run it
2. Start the bot with the green button below, or type \`/resync start\`, and watch the week fill up on the right
3. As support: reschedule #748, reassign #751, cancel #750, fix the contact of #749
4. Ask how things stand: \`/sync-status\`, \`/sync-summary\`
5. Be a stranger for a moment, and press a button
6. Break Cal.com (*Break something*, above), turn the clock, and watch what the bot does`,
  de: `*Willkommen im Salon.* Links ist das Slack des Teams, rechts der Kalender von Cal.com, und dazwischen läuft der echte Bot.
Ein früheres System hat 23 fehlgeschlagene Termine hinterlassen. Der Bot hat sie gelesen und *wartet*, bis ein Mensch es sagt. Probieren Sie, zuerst als Technik:
1. Den Plan ansehen mit \`/sync-cleanup\`, und ihn ausführen
2. Den Bot starten mit dem grünen Knopf unten oder mit \`/resync start\`, und rechts zusehen, wie sich die Woche füllt
3. Als Support: #748 verschieben, #751 neu zuteilen, #750 absagen, den Kontakt von #749 berichtigen
4. Fragen, wie es steht: \`/sync-status\`, \`/sync-summary\`
5. Kurz fremd sein und einen Knopf drücken
6. Cal.com stören (oben *Etwas stören*), die Uhr vorstellen und zusehen, was der Bot tut`,
};
