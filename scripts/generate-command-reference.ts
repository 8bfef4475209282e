import { writeFileSync } from 'node:fs';
import { COMMANDS } from '../src/cli/commands.ts';

export const COMMAND_REFERENCE = 'docs/commands.md';

const HEAD = `<!-- Written by npm run docs from src/cli. Do not edit. -->

# Commands

\`zonewise COMMAND --help\` prints the same text.`;

/** The content of docs/commands.md: the help of every command. */
export async function renderCommandReference(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map(load => load()));
  return `${[HEAD, ...commands.map(({ name, help }) => `## ${name}\n\n\`\`\`text\n${help}\`\`\``)].join('\n\n')}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL(`../${COMMAND_REFERENCE}`, import.meta.url), await renderCommandReference());
}
