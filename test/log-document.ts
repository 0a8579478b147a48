import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type LogEvent, logEvents } from '../src/log-events.ts';
import { logFields } from '../src/log-fields.ts';

const ROOT = path.join(import.meta.dirname, '..');
export const documentFile = path.join(ROOT, 'docs/log-events.md');

const INTRODUCTION = `# What the log tells

One JSON object a line, on stderr. \`msg\` is the event: a thing, and what happened to it. Every event has one level and its fields
(\`src/log-events.ts\`; a call with another event, level or field does not compile).

| in every line | |
|---|---|
| \`time\` · \`level\` · \`msg\` | UTC · 20 debug, 30 info, 40 warn, 50 error · the event |
| \`replica\` | the bot that wrote it: host, process, and four characters that no other start has |
| \`appointmentId\` | wherever one appointment is worked on, also in the lines of the calls made for it |
| \`requestId\` | of what came in (HTTP, Slack), else of Cal.com's or Slack's answer on which the line rests. Cal.com's stands in \`sync_attempts\` too where it refused |
| \`askedBy\` | in the line of a call that was made for a request that came in: that request's id |

**error**: an engineer must act, or it is our bug. **warn**: something is off, and handled. **info**: facts; enough to follow each
single appointment. **debug**: details: what was noticed and claimed, and each call. \`LOG_LEVEL\` says from which on.

One appointment's way through all replicas, and one request's:

\`\`\`
grep -h '"appointmentId":748[,}]' bot-*.log | sort -t'"' -k6
grep -h '9f3c2a7b1d0e4f58' bot-*.log
\`\`\`

A request that comes in keeps the \`x-request-id\` that a proxy gave it, if it is one (8 to 64 letters, digits, \`.\`, \`_\`, \`-\`), and
gets it back with the answer. A click's id is made of its trigger id, which is itself not logged: it opens dialogs.

No line has a secret, an e-mail address, an international phone number, a customer's name, or what people typed. Cal.com's short text
(\`text\`) stands without the customer's name.
`;

/** docs/log-events.md, made of the vocabulary. */
export function logDocument(): string {
  const fields = Object.entries(logFields).map(
    ([name, [type, says]]) => `| \`${name}\` | ${type} | ${says} |`,
  );
  return `${INTRODUCTION}
## Events
${sectionsOf().join('')}
## Fields

| field | type | |
|---|---|---|
${fields.join('\n')}
`;
}

/** The headings are the comments between the events. */
function sectionsOf(): string[] {
  const source = readFileSync(path.join(ROOT, 'src/log-events.ts'), 'utf8');
  const marks = [...source.matchAll(/^ {2}(?:\/\/ (?<heading>.+)|'(?<event>[a-z_.]+)':)/gm)];
  return marks.map(({ groups: { heading, event } = {} }) =>
    heading === undefined
      ? row(event as LogEvent)
      : `\n### ${heading}\n\n| event | level | fields | |\n|---|---|---|---|\n`,
  );
}

function row(event: LogEvent): string {
  const { level, fields, says } = logEvents[event];
  return `| \`${event}\` | ${level} | ${fields} | ${says} |\n`;
}

if (import.meta.main) writeFileSync(documentFile, logDocument());
