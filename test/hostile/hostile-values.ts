import fc from 'fast-check';

/** How many inputs each door of the bot is tried with. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);
/** The same inputs in every run, unless others are asked for. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_251_124);

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '\u{202E}',
      '__proto__',
      'constructor',
      'null',
      '-0',
      '1e999',
      '{}',
      '%s',
      "' OR 1=1 --",
    ],
    ...['<!channel>', '<script>', '%00', '../..', '9999-99-99', '0000-00-00T00:00:00Z', 'x'.repeat(5_000)],
  ),
);

/** Any JSON value, the awkward ones more often than chance would have them. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  texts,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 31) - 1, 1e308, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = (string | number)[];

/** `value` with up to three of its parts replaced, left out, or joined by others. */
export function spoilt(value: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.nat(),
    what: fc.constantFrom('replace', 'remove', 'add'),
    by: junk,
    key: texts,
  });
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    let spoiling = structuredClone(value);
    for (const { at, what, by, key } of changes) {
      const paths = pathsOf(spoiling);
      const path = paths[at % paths.length] ?? [];
      spoiling = changeAt(spoiling, path, (part) => {
        if (what === 'remove') return undefined;
        if (what === 'replace' || typeof part !== 'object' || part === null) return by;
        return Array.isArray(part) ? [...part, by] : { ...part, [key]: by };
      });
    }
    return spoiling;
  });
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...parts.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function changeAt(value: unknown, [key, ...rest]: Path, change: (part: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((part, index) => (index === key ? changeAt(part, rest, change) : part));
  const parts = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, name === key ? changeAt(part, rest, change) : part]),
  );
}

/** Throws when a text that the bot wrote contains one of these. */
export function assertNothingPrivate(written: string, secrets: string[]): void {
  for (const secret of secrets) {
    const at = written.indexOf(secret);
    if (at >= 0) throw new Error(`written: …${written.slice(Math.max(0, at - 200), at + 200)}…`);
  }
}
