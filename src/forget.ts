import { parseArgs } from 'node:util';
import { forgetCustomer, type Redacted } from './appointments/redact.ts';
import { type Clock, systemClock } from './clock.ts';
import { type DatabaseConfig, loadEnvironment, readDatabaseConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { migrateDatabase } from './migrate-database.ts';
import { reportFailure } from './report-failure.ts';

const USAGE = `npm run forget -- --customer ID [--json]

Takes out of the bot's own tables and messages what they say about a customer. The booking system's own rows stay as they
are: delete them there afterwards, since the bot finds what it wrote by the customer's appointments.
`;

/** Null: the booking system has no appointment of such a customer. */
export async function forget(
  { databaseUrl, databaseMap }: Pick<DatabaseConfig, 'databaseUrl' | 'databaseMap'>,
  { customerId, clock }: { customerId: number; clock: Clock },
): Promise<Redacted | null> {
  const db = openDatabase(databaseUrl, databaseMap);
  try {
    await migrateDatabase(db, clock);
    return await forgetCustomer(db, customerId, clock.now());
  } finally {
    await db.destroy();
  }
}

function describe(customerId: number, redacted: Redacted | null): string {
  if (redacted === null) return `There is no appointment of customer ${customerId}; nothing was changed.`;
  const { answers, texts, contacts, messages } = redacted;
  return [
    `Taken out about customer ${customerId}: ${answers} answers of Cal.com, ${texts} texts, ${contacts} kept contacts.`,
    `Messages in Slack to be edited: ${messages}. The running bot does it within a minute or so.`,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customer: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!/^[1-9]\d{0,14}$/.test(values.customer ?? ''))
    throw new Error(`--customer takes a number\n\n${USAGE}`);
  const customerId = Number(values.customer);
  const config = readDatabaseConfig(loadEnvironment());
  const redacted = await forget(config, { customerId, clock: systemClock });
  process.stdout.write(
    `${values.json ? JSON.stringify({ customer: customerId, redacted }) : describe(customerId, redacted)}\n`,
  );
}

if (import.meta.main) {
  main().catch(reportFailure);
}
