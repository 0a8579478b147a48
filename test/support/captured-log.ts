import { createLog, type Log } from '../../src/log.ts';
import { type Line, objectionTo } from './line-rules.ts';

/** Everything that the lines of this test file have of which the vocabulary says nothing. */
const objections: string[] = [];
process.once('exit', () => {
  if (objections.length === 0) return;
  process.exitCode = 1;
  console.error(`lines that are not as the vocabulary says:\n${objections.join('\n')}`);
});

/** Where a log can go whose lines a test reads; each has to be as the vocabulary says, else the test file fails. */
export function createLineCapture(onLine = (_line: Line) => {}) {
  const lines: Line[] = [];
  const write = (text: string) => {
    const line = JSON.parse(text);
    lines.push(line);
    checkLine(line);
    onLine(line);
  };
  return { lines, destination: { write } };
}

export function createCapturedLog({
  level = 'debug',
  secrets = [] as string[],
  onLine = (_line: Line) => {},
} = {}): { log: Log; lines: Line[] } {
  const { lines, destination } = createLineCapture(onLine);
  return { log: createLog({ level, secrets, destination }), lines };
}

/** Has the test file fail unless the line is as the vocabulary says. */
export function checkLine(line: Line): void {
  const objection = objectionTo(line);
  if (objection !== null) objections.push(`${objection}: ${JSON.stringify(line).slice(0, 500)}`);
}
