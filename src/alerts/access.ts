import { appendHistory } from '../appointments/history.ts';
import { type Db, transaction } from '../database.ts';
import { type ButtonAction, type Content, content } from './content.ts';
import type { DialogAction } from './dialog.ts';
import { readResync } from './read-resync.ts';
import type { Texts } from './texts.ts';
import type { Voice } from './voice.ts';

export const roles = ['support', 'manager', 'engineer'] as const;
export type Role = (typeof roles)[number];

export const commands = ['/sync-status', '/sync-summary', '/sync-cleanup', '/resync'] as const;
export type Command = (typeof commands)[number];

/** Everything that a person may be refused: commands, and the ids of buttons and dialogs. */
export type Deed =
  | Command
  | `/resync ${'all' | 'stop' | 'start'}`
  | ButtonAction
  | DialogAction
  | 'run_plan'
  | 'app_home'
  | 'see_engine';

const everybody: readonly Role[] = roles;
const support: readonly Role[] = ['support', 'engineer'];
const engineers: readonly Role[] = ['engineer'];
/** Managers look at the plan, engineers run it. */
const lookers: readonly Role[] = ['manager', 'engineer'];

const mayDo: Record<Deed, readonly Role[]> = {
  '/sync-status': everybody,
  '/sync-summary': everybody,
  app_home: everybody,
  reschedule: support,
  reassign: support,
  cancel: support,
  retry: support,
  cancel_there: support,
  fix_contact: support,
  decide: support,
  details: support,
  take: support,
  snooze: support,
  log_call: support,
  note: support,
  '/resync': support,
  undo: support,
  '/resync all': engineers,
  '/resync stop': engineers,
  '/resync start': engineers,
  start_sync: engineers,
  '/sync-cleanup': lookers,
  open_plan: lookers,
  run_plan: engineers,
  undo_plan: engineers,
  see_engine: engineers,
};

/** The variable that says who has the role. */
export const variableOf: Record<Role, string> = {
  support: 'ACCESS_SUPPORT',
  manager: 'ACCESS_MANAGERS',
  engineer: 'ACCESS_ENGINEERS',
};

/** Who is listed for each role: ids of persons and groups, or null for who has it when nothing is set. */
export type AccessLists = Record<Role, string[] | null>;

/** Yes, no, or null when it cannot be told now. */
export type Told = boolean | null;

/** Who belongs to what. Answers from what was told lately when it cannot ask. */
export interface Directory {
  /** Whether the person is one of these ids, or in a group of them. */
  isListed(person: string, ids: string[]): Promise<Told>;
  /** Whether the person is in the channel of the alerts. */
  isInChannel(person: string): Promise<Told>;
  isAdmin(person: string): Promise<Told>;
}

export interface Asked {
  /** Null for help, which is for all. */
  deed: Deed | null;
  /** Who asks, as the history names people. */
  actor: string;
  /** The appointment it is about, or null. */
  appointmentId: number | null;
  voice: Voice;
  now: Date;
}

export interface Access {
  /** Whether the person may, for what is shown or not; nothing is refused. */
  allows(asked: Pick<Asked, 'actor'> & { deed: Deed }): Promise<boolean>;
  /** The same, and null when it cannot be told now. */
  tell(asked: Pick<Asked, 'actor'> & { deed: Deed }): Promise<Told>;
  /** Null when the person may; else what the person is told, after the history was. Throws when it was not. */
  refusalOf(asked: Asked): Promise<Content | null>;
}

export function createAccess({
  db,
  directory,
  lists,
}: {
  db: Db;
  directory: Directory;
  lists: AccessLists;
}): Access {
  const askDirectory = (actor: string, allowed: readonly Role[]) =>
    Promise.all(allowed.map((role) => hasRole(actor, role, { directory, lists })));
  const tell: Access['tell'] = async ({ deed, actor }) => {
    const told = await askDirectory(actor, mayDo[deed]);
    return told.includes(true) || (told.includes(null) ? null : false);
  };
  return {
    allows: async (asked) => (await tell(asked)) === true,
    tell,
    async refusalOf({ deed, actor, appointmentId, voice, now }) {
      if (deed === null) return null;
      const allowed = mayDo[deed];
      const told = await askDirectory(actor, allowed);
      if (told.includes(true)) return null;
      const entry = { appointmentId, at: now, actor, action: 'refused', reason: deed } as const;
      await transaction(db, (tx) => appendHistory(tx, entry));
      const { access } = voice.texts;
      return content({
        tone: 'plain',
        headline: told.includes(null) ? access.unsure : refusedSentence(allowed, access),
      });
    },
  };
}

/** What is asked with a command and the text after it; null for help. */
export function deedOf(command: Command, text: string): Deed | null {
  if (command !== '/resync') return text.trim().toLowerCase() === 'help' ? null : command;
  const wish = readResync(text);
  if (wish.is === 'help') return null;
  if (wish.is === 'again') return wish.which === 'all' ? '/resync all' : '/resync';
  return `/resync ${wish.is}`;
}

function hasRole(
  person: string,
  role: Role,
  { directory, lists }: { directory: Directory; lists: AccessLists },
): Promise<Told> {
  const ids = lists[role];
  if (ids !== null) return directory.isListed(person, ids);
  return role === 'engineer' ? directory.isAdmin(person) : directory.isInChannel(person);
}

function refusedSentence(allowed: readonly Role[], access: Texts['access']): string {
  return access.refused(
    allowed.map((role) => access.roles[role]).join(', '),
    allowed.map((role) => variableOf[role]).join(', '),
  );
}
