import type { Clock } from '../../clock.ts';
import type { Db } from '../../database.ts';
import { type Finding, failed, ok, warning } from '../../finding.ts';
import { SECOND } from '../../instant.ts';
import { readServerTime } from '../../shared-clock.ts';
import { RECORD_TABLES } from './record-tables.ts';

const CLOCK_MS_WARNED = 2 * SECOND;
const CLOCK_MS_MAX = 10 * SECOND;
const MEGABYTE = 1024 * 1024;
const PACKET_WARNED = 4 * MEGABYTE;

/** What a MySQL or MariaDB server must be like. */
export async function checkServer(db: Db, clock: Clock): Promise<Finding[]> {
  const settings = await readSettings(db);
  return [
    checkVersion(settings.version),
    checkStrictMode(settings),
    checkZone(settings.zone),
    checkPacket(settings.packet),
    await checkClock(db, clock),
    await checkCharset(db),
    await checkCollations(db),
  ];
}

interface ServerSettings {
  version: string;
  /** The modes of new connections, and of ours. */
  globalMode: string;
  ourMode: string;
  zone: string;
  packet: number;
}

async function readSettings(db: Db): Promise<ServerSettings> {
  const [[row]] = await db.raw(
    `SELECT VERSION() AS version, @@global.sql_mode AS globalMode, @@session.sql_mode AS ourMode,
       @@session.time_zone AS zone, @@max_allowed_packet AS packet`,
  );
  return { ...row, packet: Number(row.packet) };
}

/** `version` as `SELECT VERSION()` gives it. */
export function checkVersion(version: string): Finding {
  const name = 'database.version';
  // Old MariaDB puts a 5.5.5- before its own number, for the sake of old clients.
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? [];
  const number = Number(major) * 100 + Number(minor);
  const isMariadb = /mariadb/i.test(version);
  const isOther = /tidb|vitess|dolt|planetscale/i.test(version);
  if (!isOther && number >= (isMariadb ? 1006 : 800)) return ok(name, `The server is ${version}.`);
  return warning(name, {
    what: `The server is ${version}; the bot is made for MySQL 8.0 and MariaDB 10.6, or later.`,
    why: 'On other servers nobody has tested that no booking is lost or doubled.',
    remedy: 'Move the database to one of the two.',
  });
}

function checkStrictMode({ ourMode, globalMode }: ServerSettings): Finding {
  const name = 'database.strict';
  const isStrict = (mode: string) => /STRICT_(TRANS|ALL)_TABLES/.test(mode);
  if (!isStrict(ourMode))
    return failed(name, {
      what: "The bot's own connections are not in strict mode, although it asks for that.",
      why: 'The server would cut texts and change dates that do not fit, without a word.',
      remedy: 'See what stands between (a proxy that drops SET statements), and connect without it.',
    });
  if (isStrict(globalMode)) return ok(name, 'Strict mode is on.');
  return warning(name, {
    what: "Strict mode is off for other programs' connections (the bot turns it on for its own).",
    why: 'What the booking system writes may be cut, or turned into dates such as 0000-00-00, without a word.',
    remedy: "Add STRICT_TRANS_TABLES to sql_mode in the server's configuration.",
  });
}

function checkZone(zone: string): Finding {
  const name = 'database.zone';
  if (zone === '+00:00') return ok(name, "The bot's connections are in UTC.");
  return failed(name, {
    what: `The bot's own connections are in the zone ${zone}, although it asks for UTC.`,
    why: 'TIMESTAMP columns would be read hours off.',
    remedy: 'See what stands between (a proxy that drops SET statements), and connect without it.',
  });
}

/** `bytes` is the server's max_allowed_packet. */
export function checkPacket(bytes: number): Finding {
  const name = 'database.packet';
  const size = `max_allowed_packet is ${(bytes / MEGABYTE).toFixed(1)} MB`;
  if (bytes >= PACKET_WARNED) return ok(name, `${size}.`);
  const trouble = {
    what: `${size}.`,
    why: 'A write beyond that fails: a batch of records, or one of Cal.com’s long answers.',
    remedy: 'Set max_allowed_packet to 16M or more in the configuration of the server.',
  };
  return bytes < MEGABYTE ? failed(name, trouble) : warning(name, trouble);
}

async function checkClock(db: Db, clock: Clock): Promise<Finding> {
  const name = 'database.clock';
  const before = clock.now().getTime();
  const there = (await readServerTime(db)).getTime();
  const ours = (before + clock.now().getTime()) / 2;
  const differenceMs = Math.abs(there - ours);
  if (differenceMs <= CLOCK_MS_WARNED) return ok(name, 'This machine and the database agree on the time.');
  const trouble = {
    what: `The clocks of this machine and of the database differ by ${Math.round(differenceMs / SECOND)} s.`,
    why: 'One of them is wrong. The bot goes by the database’s: if that is wrong, appointments are taken for past.',
    remedy: 'Let both machines keep time by NTP (timedatectl set-ntp true).',
  };
  return differenceMs > CLOCK_MS_MAX ? failed(name, trouble) : warning(name, trouble);
}

async function checkCharset(db: Db): Promise<Finding> {
  const name = 'database.charset';
  const columns: { table: string }[] = await db('information_schema.columns')
    .whereRaw('table_schema = DATABASE()')
    .whereIn('table_name', Object.keys(RECORD_TABLES))
    .whereNot('character_set_name', 'utf8mb4')
    .orderBy('table_name')
    .select({ table: 'table_name' });
  const odd = [...new Set(columns.map(({ table }) => table))];
  if (odd.length === 0) return ok(name, "The bot's tables are in utf8mb4.");
  return failed(name, {
    what: `Tables of the bot are not in utf8mb4: ${odd.join(', ')}.`,
    why: 'An answer or a name with a character beyond their set could not be written down.',
    remedy: odd.map((table) => `ALTER TABLE ${table} CONVERT TO CHARACTER SET utf8mb4;`).join(' '),
  });
}

/** The comparisons of ids that the bot's queries make. */
const COMPARED = [
  ['appointments.staff_id', 'staff.id'],
  ['calcom_event_map.staff_id', 'staff.id'],
  ['appointment_syncs.pushed_staff_id', 'appointments.staff_id'],
  ['staff_persons.staff_id', 'staff.id'],
] as const;
const ILLEGAL_MIX = 1267;
const NO_SUCH_TABLE = 1146;

async function checkCollations(db: Db): Promise<Finding> {
  const name = 'database.collations';
  const odd: string[] = [];
  for (const [one, other] of COMPARED) {
    const [oneTable = '', otherTable = ''] = [one, other].map((column) => column.split('.')[0]);
    const query = db(oneTable).join(otherTable, one, other).whereRaw('1 = 0').select(one);
    const errno = await query.then(
      () => 0,
      (error) => error.errno,
    );
    if (errno === ILLEGAL_MIX) odd.push(`${one} and ${other}`);
    else if (errno !== 0 && errno !== NO_SUCH_TABLE) await query;
  }
  if (odd.length === 0) return ok(name, 'The ids can be compared.');
  return failed(name, {
    what: `These columns have different collations: ${odd.join('; ')}.`,
    why: 'The server refuses to compare them (error 1267), and with that the queries of the bot.',
    remedy:
      'Give both the same: ALTER TABLE … MODIFY … CHARACTER SET utf8mb4 COLLATE …, best that of staff.id.',
  });
}
