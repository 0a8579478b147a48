import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { tryServer } from '../../database.ts';
import { type Finding, failed, ok, warning } from '../../finding.ts';

const NAME = 'database.reachable';
const WITHOUT = 'Without its database the bot does nothing.';
const RIGHT_URL = 'Correct DATABASE_URL (mysql://user:password@host:port/name).';

/** What a person can do, by the code of the server's or the system's own error. */
const remedies: Record<string, [what: string, remedy: string]> = {
  ER_ACCESS_DENIED_ERROR: [
    'the user or the password is wrong, or the user may not come from this machine',
    `${RIGHT_URL} Special characters of the password must be percent-encoded.`,
  ],
  ER_DBACCESS_DENIED_ERROR: [
    'the user has no right on this database, or there is none of this name',
    `${RIGHT_URL} If the name is right, grant the user its rights on it.`,
  ],
  ER_BAD_DB_ERROR: [
    'there is no database of this name',
    `${RIGHT_URL} If the name is right, create it: CREATE DATABASE name CHARACTER SET utf8mb4.`,
  ],
  ER_HOST_NOT_PRIVILEGED: [
    'the server takes nobody from this machine',
    'Create the user for this host (CREATE USER … @ …), or correct DATABASE_URL.',
  ],
  ER_HOST_IS_BLOCKED: [
    'the server has blocked this machine after failed connections',
    'Run FLUSH HOSTS on the server (mariadb-admin flush-hosts).',
  ],
  ER_CON_COUNT_ERROR: [
    'the server has no connection left',
    'Raise max_connections, or stop what holds them; the bot itself needs up to 10.',
  ],
  ER_SECURE_TRANSPORT_REQUIRED: [
    'the server takes encrypted connections only',
    'Let this user connect without TLS on a private network, or put a TLS proxy beside the bot.',
  ],
  ENOTFOUND: ['the host is not known', RIGHT_URL],
  EAI_AGAIN: ['the host cannot be looked up', 'See that name resolution works on this machine.'],
  ECONNREFUSED: [
    'nothing listens at this host and port',
    `See that the server runs and listens beyond its own machine (bind-address). ${RIGHT_URL}`,
  ],
  ETIMEDOUT: [
    'the server does not answer',
    'See that no firewall stands between, and that host and port are right.',
  ],
  EHOSTUNREACH: ['there is no way to the host', 'See that the network and the host are right.'],
};

/** Tries one connection and tells the true cause when there is none. */
export async function checkServerReach(databaseUrl: string): Promise<Finding> {
  try {
    await tryServer(databaseUrl);
    return ok(NAME, 'The database answers.');
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? 'no code');
    const [what, remedy] = remedies[code] ?? ['it refuses the connection', RIGHT_URL];
    return failed(NAME, {
      what: `The database cannot be reached: ${what} (${code}).`,
      why: WITHOUT,
      remedy,
    });
  }
}

/** The file of SQLite: whether it is there, ours alone, and can be written. Opens nothing, for that would create it. */
export async function checkFile(file: string): Promise<Finding[]> {
  const folder = path.dirname(file);
  if (!(await isThere(file))) return [missingFile(file, await isThere(folder))];
  const blocked = await findBlocked([
    [file, constants.R_OK | constants.W_OK, 'read and written'],
    [folder, constants.R_OK | constants.W_OK | constants.X_OK, 'written to'],
  ]);
  if (blocked !== null) return [blocked];
  if (!(await isSqliteFile(file))) return [foreignFile(file)];
  return [ok(NAME, 'The database file can be read and written.'), await checkPrivacy(file)];
}

function missingFile(file: string, hasFolder: boolean): Finding {
  return failed(NAME, {
    what: `There is no database file ${file}${hasFolder ? '' : ', nor its folder'}.`,
    why: WITHOUT,
    remedy: 'Correct DATABASE_URL; if this is a new installation, run: npm run migrate.',
  });
}

const HEADER = 'SQLite format 3\0';

/** A file without a byte is an empty database. */
async function isSqliteFile(file: string): Promise<boolean> {
  const opened = await open(file);
  try {
    const { bytesRead, buffer } = await opened.read(Buffer.alloc(HEADER.length), 0, HEADER.length, 0);
    return bytesRead === 0 || buffer.toString('latin1') === HEADER;
  } catch {
    return false;
  } finally {
    await opened.close();
  }
}

function foreignFile(file: string): Finding {
  return failed(NAME, {
    what: `${file} is no database of SQLite.`,
    why: WITHOUT,
    remedy: 'Correct DATABASE_URL, or bring the file back from a backup.',
  });
}

async function findBlocked(places: [place: string, mode: number, use: string][]): Promise<Finding | null> {
  for (const [place, mode, use] of places) {
    if (await isAllowed(place, mode)) continue;
    return failed(NAME, {
      what: `${place} cannot be ${use} by this user.`,
      why: 'The bot writes its record there, and SQLite needs files of its own beside the database file.',
      remedy: `Give file and folder to the user who runs the bot: chown -R USER ${path.dirname(place)}.`,
    });
  }
  return null;
}

async function checkPrivacy(file: string): Promise<Finding> {
  const exposed = [];
  for (const part of [file, `${file}-wal`, `${file}-shm`])
    if ((await isThere(part)) && ((await stat(part)).mode & 0o007) !== 0) exposed.push(part);
  const check = 'database.private';
  if (exposed.length === 0) return ok(check, 'Only its owner and group can open the database file.');
  if (await isClosed(path.dirname(file))) return ok(check, 'Only owner and group can enter the folder.');
  return warning(check, {
    what: `Every user of this machine can open ${exposed.join(', ')}.`,
    why: 'It holds names, phone numbers and e-mail addresses of customers.',
    remedy: `chmod o= ${exposed.join(' ')}, and umask 027 for the bot so that new files follow.`,
  });
}

/** Nobody else gets through the folder to what is in it. */
async function isClosed(folder: string): Promise<boolean> {
  return ((await stat(folder)).mode & 0o001) === 0;
}

async function isThere(place: string): Promise<boolean> {
  return isAllowed(place, constants.F_OK);
}

async function isAllowed(place: string, mode: number): Promise<boolean> {
  return access(place, mode).then(
    () => true,
    () => false,
  );
}
