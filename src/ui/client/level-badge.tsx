import type { Level } from '../../model/finding.ts';

export function LevelBadge({ level }: { readonly level: Level }) {
  return <span class={`level level--${level}`}>{level}</span>;
}
