import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const MANIFEST = path.join(import.meta.dirname, '..', '..', 'manifest.yml');
const shape = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** The bot scopes that the app's manifest asks for. */
export async function readWantedScopes(): Promise<string[]> {
  return shape.parse(parse(await readFile(MANIFEST, 'utf8'))).oauth_config.scopes.bot;
}
