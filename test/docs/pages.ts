import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../cli/terminal.ts';

/** Pages at the root that show commands. */
export const ROOT_PAGES = ['README.md', 'CONTRIBUTING.md'];

/** All pages in docs/. Those of rules and figures in its folders are generated. */
export const DOC_PAGES = readdirSync(join(ROOT, 'docs'))
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`);

export function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export function blocks(text: string, language: string): readonly string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fences)].map(([, body]) => body ?? '');
}

/** Every command of the shell blocks, and commands in inline code. */
export function commandsOf(page: string): readonly string[] {
  const text = read(page);
  const lines = blocks(text, 'sh').flatMap(block => block.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...text.matchAll(/`((?:npm|zonewise|kubectl zonewise) [^`\n]+)`/g)].map(
    ([, command]) => command ?? '',
  );
  return [...lines, ...inline.filter(command => !/[…<>]|__|\[[A-Z]|\b(?:VERB|COMMAND)\b/.test(command))]
    .map(line => line.replace(/\s+#.*$|^#.*$/, ''))
    .flatMap(line => line.split(/&&|\|(?!\|)|; /))
    .map(command => command.trim())
    .filter(command => command !== '');
}
