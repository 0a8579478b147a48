// Loaded before a simulation (node --import): puts the stand-in for undici in its place, and takes a guard out of the
// source when the environment names one.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { withoutGuard } from './guards.ts';

const STAND_IN = new URL('./undici-stand-in.ts', import.meta.url).href;
const removed = process.env.SIMULATION_WITHOUT;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'undici') return { url: STAND_IN, shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    const loaded = next(url, context);
    if (!removed || !url.startsWith('file:') || !url.includes('/src/') || !loaded.source) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: withoutGuard(removed, fileURLToPath(url), source) };
  },
});
