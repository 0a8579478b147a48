// Loaded before a simulation (node --import): puts the stand-ins for packages in their place, and takes a guard out of the
// source when the environment names one.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { withoutGuard } from './guards.ts';

const STAND_INS: Record<string, string> = {
  undici: new URL('./undici-stand-in.ts', import.meta.url).href,
  'node-cron': new URL('./node-cron-stand-in.ts', import.meta.url).href,
};
const removed = process.env.SIMULATION_WITHOUT;

registerHooks({
  resolve(specifier, context, next) {
    const url = STAND_INS[specifier];
    if (url) return { url, shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    const loaded = next(url, context);
    if (!removed || !url.startsWith('file:') || !url.includes('/src/') || !loaded.source) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: withoutGuard(removed, fileURLToPath(url), source) };
  },
});
