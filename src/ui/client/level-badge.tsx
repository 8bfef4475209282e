import type { Level } from '../../model/finding.ts';

const NAMES: Readonly<Record<Level, string>> = { off: 'off', info: 'note', warn: 'warning', deny: 'denial' };

export function LevelBadge({ level }: { readonly level: Level }) {
  return <span class={`level level--${level}`}>{NAMES[level]}</span>;
}
