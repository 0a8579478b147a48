import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Why the tests that need Prometheus' own tool are left out, or false. With REQUIRE_PROMTOOL=1 they fail instead. */
export function missingPromtool(): string | false {
  if (process.env.REQUIRE_PROMTOOL === '1') return false;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.some((folder) => isExecutable(path.join(folder, 'promtool')))
    ? false
    : 'no promtool on the PATH';
}

/** Runs `promtool` with `input`; what it said, whatever it said. */
export async function promtool(
  args: string[],
  { input = '', cwd = '.' } = {},
): Promise<{ code: number | null; said: string }> {
  const child = spawn('promtool', args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, said };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
