import type { Finding } from '../../finding.ts';

const ORDER = ['failed', 'warning', 'info', 'skipped', 'ok'] as const;
const WORDS = { failed: 'FAILED', warning: 'WARNING', info: 'NOTE', skipped: 'NOT CHECKED', ok: 'OK' };
const COUNTED = {
  failed: 'failed',
  warning: 'warnings',
  info: 'notes',
  skipped: 'not checked',
  ok: 'well',
};

/** For a person at a terminal: what is not well, the worst first; with `isVerbose` also what is. */
export function describeFindings(findings: Finding[], { isVerbose }: { isVerbose: boolean }): string {
  const shown = ORDER.filter((level) => level !== 'ok' || isVerbose);
  const parts = shown.flatMap((level) => findings.filter((finding) => finding.level === level).map(describe));
  return `${[...parts, summary(findings)].join('\n')}\n`;
}

function describe({ check, level, what, why, remedy }: Finding): string {
  const lines = [`${WORDS[level]}  ${check}: ${what}`];
  if (why !== null) lines.push(`    why: ${why}`);
  if (remedy !== null) lines.push(`    do:  ${remedy}`);
  return lines.join('\n') + (why === null ? '' : '\n');
}

function summary(findings: Finding[]): string {
  const isWell = findings.every(({ level }) => level === 'ok' || level === 'info');
  if (isWell) return `Everything is well: ${findings.length} checks.`;
  const counts = ORDER.map((level) => {
    const count = findings.filter((finding) => finding.level === level).length;
    return count === 0 ? null : `${COUNTED[level]}: ${count}`;
  });
  return counts.filter(Boolean).join(', ');
}
