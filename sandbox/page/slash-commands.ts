import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface SlashCommand {
  command: string;
  description: string;
  usageHint: string;
}

const MANIFEST = path.join(import.meta.dirname, '..', '..', 'manifest.yml');
const ENTRY = /^ *- command: (?<command>\S+)\n(?<rest>(?: +[a-z_]+: .*\n)*)/gm;

/** The commands of an app's manifest (YAML, one field a line). Throws when the file cannot be read. */
export function readSlashCommands(file = MANIFEST): SlashCommand[] {
  return [...readFileSync(file, 'utf8').matchAll(ENTRY)].map(({ groups = {} }) => ({
    command: groups.command ?? '',
    description: fieldOf(groups.rest, 'description'),
    usageHint: fieldOf(groups.rest, 'usage_hint'),
  }));
}

function fieldOf(lines: string | undefined, name: string): string {
  const [, value = ''] = new RegExp(`^ *${name}: (.*)$`, 'm').exec(lines ?? '') ?? [];
  return value.replace(/^"(.*)"$/, '$1');
}
