const NUMBERS = new Map([
  ...numbered('ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'),
  ...numbered('eins zwo drei vier fuenf sechs sieben acht neun zehn elf zwoelf'),
  ...numbered('one two three four five six seven eight nine ten eleven twelve'),
]);
const HALF_OF_DAY: [words: RegExp, half: 'am' | 'pm'][] = [
  [/(?<![a-z])a\.?m\.?(?!\w)|\b(morgens|früh|vormittags?|in the morning)\b/, 'am'],
  [/(?<![a-z])p\.?m\.?(?!\w)|\b(nachmittags?|abends?|in the (afternoon|evening))\b/, 'pm'],
];
const NOISE = /\b(um|gegen|ab|at|around|about|am|the|in)\b|[,;]|^@/g;
/** Nobody asks for an appointment before seven who does not say so: `drei Uhr` is in the afternoon. */
const EARLIEST_SPOKEN_HOUR = 7;

/** A time of day as minutes since midnight on the wall clock. */
export type WallMinutes = number;

/**
 * Reads a time of day as people and agents say it, in German and English: `14:00`, `14.30`, `14 Uhr 30`, `halb drei`,
 * `viertel nach zwei`, `2:30 pm`, `half past two`, `noon`. Null when it is none.
 */
export function readTime(text: string): WallMinutes | null {
  const lower = text
    .toLowerCase()
    .replace(/[\s,!?]+$|(?<=uhr)\.$/, '')
    .trim();
  if (/^(?:at )?(mittags?|noon|midday)$/.test(lower)) return 12 * 60;
  const half = HALF_OF_DAY.find(([words]) => words.test(lower))?.[1] ?? null;
  const rest = HALF_OF_DAY.reduce((left, [words]) => left.replace(words, ' '), lower)
    .replaceAll(NOISE, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const said = readClock(rest);
  return said && atHalfOfDay(said, half);
}

interface Said {
  hour: number;
  minute: number;
  /** Written as timetables write it, which leaves nothing open. */
  isExact: boolean;
}

function readClock(text: string): Said | null {
  const exact = /^(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?uhr| ?h)?$/.exec(text);
  if (exact) return said(exact[1], exact[2], true);
  const spoken = /^([\p{L}\d]+?) ?(?:uhr|h|o'?clock|o’clock)(?: ?(\d{1,2})(?: ?minuten)?)?$/u.exec(text);
  if (spoken) return said(spoken[1], spoken[2] ?? '0', /^0\d|^\d{2}/.test(spoken[1] ?? ''));
  const bare = /^(\d{1,2}|\p{L}+)$/u.exec(text);
  if (bare) return said(bare[1], '0', false);
  const four = /^([01]\d|2[0-3])([0-5]\d)$/.exec(text);
  if (four) return said(four[1], four[2], true);
  return readPartOfHour(text);
}

/** `halb drei` is half an hour before three, `half past two` half an hour after two. */
function readPartOfHour(text: string): Said | null {
  const [, toNext, next] = /^(halb|dreiviertel) ([\p{L}\d]+)(?: uhr)?$/u.exec(text) ?? [];
  if (next !== undefined) return shifted(next, toNext === 'halb' ? -30 : -15);
  const around = /^(half|(?:a )?quarter|viertel) (past|to|nach|vor) ([\p{L}\d]+)(?: uhr)?$/u.exec(text);
  if (!around) return null;
  const minutes = around[1] === 'half' ? 30 : 15;
  return shifted(around[3], /past|nach/.test(around[2] ?? '') ? minutes : -minutes);
}

/** `halb eins` is after noon, not after midnight. */
function shifted(hourText: string | undefined, minutes: number): Said | null {
  const hour = hourOf(hourText);
  if (hour === null) return null;
  const all = ((hour === 1 && minutes < 0 ? 13 : hour || 24) * 60 + minutes) % (24 * 60);
  return { hour: Math.floor(all / 60), minute: all % 60, isExact: false };
}

function said(hourText: string | undefined, minuteText: string | undefined, isExact: boolean): Said | null {
  const hour = hourOf(hourText);
  const minute = Number(minuteText);
  return hour === null || minute > 59 ? null : { hour, minute, isExact };
}

function hourOf(text = ''): number | null {
  const hour = /^\d{1,2}$/.test(text) ? Number(text) : NUMBERS.get(text);
  return hour === undefined || hour > 23 ? null : hour;
}

function atHalfOfDay({ hour, minute, isExact }: Said, half: 'am' | 'pm' | null): WallMinutes | null {
  if (half === null) {
    const isMeantLater = !isExact && hour > 0 && hour < EARLIEST_SPOKEN_HOUR;
    return (isMeantLater ? hour + 12 : hour) * 60 + minute;
  }
  // `14 Uhr nachmittags` says the same twice; `14 am` says two things.
  if (hour > 12 || hour === 0) return half === 'pm' && hour > 12 ? hour * 60 + minute : null;
  return ((hour % 12) + (half === 'pm' ? 12 : 0)) * 60 + minute;
}

function numbered(list: string): [word: string, number: number][] {
  return list.split(' ').map((word, index) => [word, index + 1]);
}
