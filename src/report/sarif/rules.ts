import type { Policy } from '../../engine/policy.ts';
import { ruleUrl } from '../../engine/rule-url.ts';
import type { Level } from '../../model/finding.ts';
import { RULES } from '../../rules/index.ts';
import type { Rule } from '../../rules/rule.ts';

/** `deny` is an error, because it must stop a pipeline as it stops the apply. */
export const SARIF_LEVELS = {
  deny: 'error',
  warn: 'warning',
  info: 'note',
  off: 'none',
} as const satisfies Record<Level, string>;

/** The rules as `tool.driver.rules`, in the order of `ruleIndex`. The helpUri must be absolute, so it needs a `docsUrl`. */
export function reportingDescriptors(policy: Pick<Policy, 'docsUrl'>): readonly object[] {
  return RULES.map(rule => ({
    id: rule.id,
    shortDescription: { text: `${rule.summary}.` },
    fullDescription: { text: flow(rule.why) },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    ...helpUri(ruleUrl(policy, rule.id)),
    defaultConfiguration: { level: SARIF_LEVELS[rule.level], enabled: rule.level !== 'off' },
    properties: { tags: ['kubernetes', 'networking'], source: rule.source },
  }));
}

const INDEX: ReadonlyMap<string, number> = new Map(RULES.map(({ id }, index) => [id, index]));

/** The reference of a result or notification to its rule. */
export function ruleReference(id: string): { readonly id: string; readonly index?: number } {
  const index = INDEX.get(id);
  return index === undefined ? { id } : { id, index };
}

function helpUri(uri: string | null): { readonly helpUri?: string } {
  return uri === null ? {} : { helpUri: uri };
}

function helpText(rule: Rule): string {
  return `Why: ${flow(rule.why)}\n\nFix: ${flow(rule.fix)}\n\nExample:\n${rule.example}`;
}

function helpMarkdown(rule: Rule): string {
  return `**Why.** ${flow(rule.why)}\n\n**Fix.** ${flow(rule.fix)}\n\n\`\`\`yaml\n${rule.example}\`\`\`\n`;
}

function flow(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
