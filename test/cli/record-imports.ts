import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Preloaded into a process (`node --import`): writes the URLs of all modules that it loads to the file IMPORTS_FILE. */
const loaded = new Set<string>();

registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});

process.on('exit', () => writeFileSync(process.env['IMPORTS_FILE'] ?? '', JSON.stringify([...loaded])));
