import { version } from './version.ts';

interface Settings {
  databaseUrl: string;
  slackAppToken: string | null;
  slackSigningSecret: string | null;
  calcomWebhookSecret: string | null;
  intakeSecret: string | null;
  databaseMap: object | null;
  calcomCallsPerMinute: number;
  quietHours: object | null;
  alertRoutes: readonly object[];
  remindBeforeMs: readonly number[];
  escalationGroup: string | null;
  recordUrl: string | null;
}

/** What runs here: for whoever reads the log later. Names only, no value of the configuration. */
export function startFacts(config: Settings): { version: string; database: string; features: string[] } {
  const isOn: Record<string, boolean> = {
    socket_mode: config.slackAppToken !== null,
    slack_over_http: config.slackAppToken === null && config.slackSigningSecret !== null,
    calcom_webhook: config.calcomWebhookSecret !== null,
    door: config.intakeSecret !== null,
    database_map: config.databaseMap !== null,
    pace: config.calcomCallsPerMinute > 0,
    quiet_hours: config.quietHours !== null,
    alert_routes: config.alertRoutes.length > 0,
    reminders: config.remindBeforeMs.length > 0,
    escalation: config.escalationGroup !== null,
    record_links: config.recordUrl !== null,
  };
  return {
    version,
    database: config.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'mysql',
    features: Object.keys(isOn).filter((name) => isOn[name]),
  };
}
