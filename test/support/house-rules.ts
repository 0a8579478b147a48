import { bracketsOf, codeOf, functionsOf, importsOf, lineAt, type SourceFile } from './source-text.ts';

// Each rule returns what it objects to, `line: objection`, and an empty list for a file that it has no say in.

export type HouseRule = (file: SourceFile) => string[];

const FOLDER_RANKS: Record<string, number> = {
  appointments: 1,
  calcom: 1,
  sync: 2,
  alerts: 3,
  slack: 4,
  http: 4,
  upkeep: 4,
};
const ENTRY_RANK = 5;
/** The files that compose the program; they alone read the configuration. */
const ENTRIES = new Set([
  'src/main.ts',
  'src/migrate.ts',
  'src/remediate.ts',
  'src/doctor.ts',
  'src/forget.ts',
  'src/backup.ts',
  'src/restored.ts',
]);
const CONFIG = 'src/config.ts';
const CLOCKS = new Set(['src/clock.ts', 'sandbox/clock.ts', 'sandbox/slack/real-time.ts']);
const PACKAGE_HOMES: [name: RegExp, home: string][] = [
  [/^@slack\//, 'src/slack/'],
  [/^undici$/, 'src/calcom/'],
  [/^node-cron$/, 'src/upkeep/'],
  [/^prom-client$/, 'src/http/metrics/'],
  [/^@resvg\//, 'src/upkeep/'],
  [/^pino-pretty$/, 'sandbox/'],
];
const SOURCE_LINES_MAX = 300;
const TEST_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 60;
const VAGUE_NAME =
  /^(utils?|helpers?|common|misc|lib|shared|types?|constants?|managers?|services?|handlers?|index)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MACHINE_CLOCK =
  /\bDate\s*\.\s*now\b|\bnew\s+Date\b\s*(?:\(\s*\)|(?!\s*\())|\bDateTime\s*\.\s*(?:now|(?:local|utc)\s*\(\s*\))/g;
const SERVER_CLOCK = /\bfn\s*\.\s*now\b|\bNOW\(|\bCURRENT_TIMESTAMP\b|\bdatetime\('now'/g;

export function importsGoDown(file: SourceFile): string[] {
  if (!file.path.startsWith('src/')) return [];
  return importsOf(file).flatMap(({ path: target, specifier, line }) => {
    if (target === undefined) return [];
    if (!target.startsWith('src/')) return [`${line}: src imports only from src, not ${specifier}`];
    if (target === CONFIG && !ENTRIES.has(file.path))
      return [`${line}: only an entry file reads the configuration`];
    const isSameFolder = folderOf(target) === folderOf(file.path) && !ENTRIES.has(target);
    if (isSameFolder || rankOf(target) < rankOf(file.path)) return [];
    return [`${line}: imports go down, never up or sideways: ${specifier}`];
  });
}

/** The folder of src, or '' for a file that stands in src itself. */
function folderOf(file: string): string {
  return /^src\/([^/]+)\//.exec(file)?.[1] ?? '';
}

function rankOf(file: string): number {
  if (ENTRIES.has(file)) return ENTRY_RANK;
  const folder = folderOf(file);
  // A folder that is not in the table has no place yet: nothing may import it, until somebody gives it one.
  return folder === '' ? 0 : (FOLDER_RANKS[folder] ?? Number.POSITIVE_INFINITY);
}

export function lookAlikesKnowNothingOfTheBot(file: SourceFile): string[] {
  if (!/^sandbox\/(calcom|slack)\//.test(file.path)) return [];
  return importsOf(file)
    .filter(({ path: target }) => target?.startsWith('src/'))
    .map(({ specifier, line }) => `${line}: a look-alike imports nothing of the bot: ${specifier}`);
}

export function packagesStayInTheirFolder(file: SourceFile): string[] {
  if (!/^(src|sandbox)\//.test(file.path)) return [];
  return importsOf(file).flatMap(({ specifier, line }) =>
    PACKAGE_HOMES.filter(([name, home]) => name.test(specifier) && !file.path.startsWith(home)).map(
      ([, home]) => `${line}: ${specifier} belongs to ${home}`,
    ),
  );
}

export function onlyConfigReadsTheEnvironment(file: SourceFile): string[] {
  if (!/^(src|migrations)\//.test(file.path) || file.path === CONFIG) return [];
  const environment = /\bprocess\s*\??\.\s*env\b|\benv\b[^;{}]*\}\s*=\s*process\b/g;
  return [
    ...found(codeOf(file.text), environment, `only ${CONFIG} reads the environment`),
    ...importsOf(file)
      .filter(({ specifier }) => /^(node:)?process$/.test(specifier))
      .map(({ line }) => `${line}: use the global process, so that its environment is seen to be left alone`),
  ];
}

export function filesAreShort({ path: file, text }: SourceFile): string[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const most = file.startsWith('test/') ? TEST_LINES_MAX : SOURCE_LINES_MAX;
  return lines > most ? [`${most + 1}: ${lines} lines, of at most ${most}`] : [];
}

export function functionsAreShort({ text }: SourceFile): string[] {
  return functionsOf(text)
    .filter(({ name, lines }) => lines > FUNCTION_LINES_MAX && name !== 'describe')
    .map(({ name, line, lines }) => `${line}: ${name} has ${lines} lines, of at most ${FUNCTION_LINES_MAX}`);
}

export function timeComesFromTheClock({ path: file, text }: SourceFile): string[] {
  if (!/^(src|sandbox|migrations)\//.test(file)) return [];
  return [
    ...(CLOCKS.has(file) ? [] : found(codeOf(text), MACHINE_CLOCK, 'ask the clock for the time')),
    ...found(codeOf(text, true), SERVER_CLOCK, "bind the clock's time, and do not ask the database"),
  ];
}

export function transactionsUseOnlyTheirOwnHandle({ path: file, text }: SourceFile): string[] {
  if (file.startsWith('test/')) return [];
  const code = codeOf(text);
  const { closeOf } = bracketsOf(code);
  return [...code.matchAll(/\btransaction\s*(?:<[^()]*>)?\s*\(/g)].flatMap((call) => {
    const open = call.index + call[0].length - 1;
    const close = closeOf.get(open) ?? code.length;
    const callback = /(?:\basync\s*)?(?:\(\s*([\w$]*)[^()]*\)|\b([\w$]+))\s*(?::[^={}]*)?=>/.exec(
      code.slice(open, close),
    );
    if (!callback || /\bfunction\s+$/.test(code.slice(0, call.index))) return [];
    const [head, inBrackets, bare] = callback;
    const start = open + callback.index + head.length;
    const body = code.slice(start, close);
    const report = (index: number, objection: string) => `${lineAt(code, start + index)}: ${objection}`;
    return [
      ...((inBrackets ?? bare) === 'tx' ? [] : [report(0, "call the transaction's handle tx")]),
      // `{ db: tx }` hands the right one on.
      ...[...body.matchAll(/(?<![{,]\s*)\bdb\b|\bdb\b(?!\s*:)/g)].map(({ index }) =>
        report(index, 'only tx may be used inside a transaction, not db'),
      ),
      ...[...body.matchAll(/\b(?:calcom|slack|fetch)\b\s*\??[.(]/g)].map(({ index }) =>
        report(index, 'no call leaves the database inside a transaction'),
      ),
    ];
  });
}

export function nothingIsLeftForLater({ text }: SourceFile): string[] {
  const markers = new RegExp(`\\b(?:TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`, 'g');
  const leftOut =
    /\b(?:it|test|describe|suite)\s*\.\s*(?:only|skip|todo)\b|\b(?:only|skip|todo)\s*:\s*true\b/g;
  return [
    ...found(text, markers, 'do it now, or open an issue'),
    ...found(codeOf(text), leftOut, 'every test runs; an engine that is absent gives its reason'),
  ];
}

export function logsGoThroughTheLog({ path: file, text }: SourceFile): string[] {
  if (!file.startsWith('src/')) return [];
  return found(codeOf(text), /\bconsole\s*\./g, 'write to the log, or a result to process.stdout');
}

export function namesSayWhatThingsAre({ path: file }: SourceFile): string[] {
  const [, ...parts] = file.replace(/(\.test)?\.[tj]s$/, '').split('/');
  // knex orders migrations by the number that their names begin with.
  const isMigration = file.startsWith('migrations/');
  return [
    ...parts.filter((part) => VAGUE_NAME.test(part)).map((part) => `1: name it by what it is, not ${part}`),
    ...parts
      .filter((part) => !KEBAB_CASE.test(isMigration ? part.replaceAll('_', '-') : part))
      .map((part) => `1: write ${part} in kebab-case`),
  ];
}

export function migrationsGoBothWays({ path: file, text }: SourceFile): string[] {
  if (!file.startsWith('migrations/')) return [];
  const code = codeOf(text);
  return ['up', 'down']
    .filter((way) => !new RegExp(`\\bexport\\s+(?:async\\s+)?(?:function|const)\\s+${way}\\b`).test(code))
    .map((way) => `1: a migration exports ${way}`);
}

/** The files of src that nothing but tests would miss. `entries` are the files that package.json starts. */
export function orphansOf(files: SourceFile[], entries: string[]): string[] {
  const used = new Set(entries);
  for (const file of files)
    if (!file.path.startsWith('test/'))
      for (const { path: target } of importsOf(file)) if (target) used.add(target);
  return files.map((file) => file.path).filter((file) => file.startsWith('src/') && !used.has(file));
}

function found(text: string, pattern: RegExp, objection: string): string[] {
  return [...text.matchAll(pattern)].map((match) => `${lineAt(text, match.index)}: ${objection}`);
}

export const houseRules: Record<string, HouseRule> = {
  'imports go down, never up or sideways': importsGoDown,
  'the look-alikes know nothing of the bot': lookAlikesKnowNothingOfTheBot,
  'packages stay in their folder': packagesStayInTheirFolder,
  'only the configuration reads the environment': onlyConfigReadsTheEnvironment,
  'files are short': filesAreShort,
  'functions are short': functionsAreShort,
  'time comes from the clock': timeComesFromTheClock,
  'transactions use only their own handle': transactionsUseOnlyTheirOwnHandle,
  'nothing is left for later': nothingIsLeftForLater,
  'logs go through the log': logsGoThroughTheLog,
  'names say what things are': namesSayWhatThingsAre,
  'migrations go both ways': migrationsGoBothWays,
};
