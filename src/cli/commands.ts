import type { Commands } from './command.ts';

/** All commands by name. They are loaded on demand, so that a check of one file does not load the server. */
export const COMMANDS: Commands = {
  serve: async () => (await import('./serve.ts')).serve,
  check: async () => (await import('./check.ts')).check,
  explain: async () => (await import('./explain.ts')).explain,
  advise: async () => (await import('./advise.ts')).advise,
  audit: async () => (await import('./audit.ts')).audit,
  ui: async () => (await import('./ui.ts')).ui,
  snapshot: async () => (await import('./snapshot.ts')).snapshot,
  rules: async () => (await import('./rules.ts')).rules,
  config: async () => (await import('./config.ts')).config,
  controller: async () => (await import('./controller.ts')).controller,
  demo: async () => (await import('./demo.ts')).demo,
  completion: async () => (await import('./completion.ts')).completion,
};
