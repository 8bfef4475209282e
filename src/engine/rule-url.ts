import type { Policy } from './policy.ts';

const PLACEHOLDER = '{rule}';

/**
 * The address of a rule's page; `null` if the policy has no `docsUrl`. Without a placeholder `docsUrl` is a folder with the
 * files of docs/rules.
 */
export function ruleUrl({ docsUrl }: Pick<Policy, 'docsUrl'>, ruleId: string): string | null {
  if (docsUrl === '') return null;
  if (docsUrl.includes(PLACEHOLDER)) return docsUrl.replaceAll(PLACEHOLDER, ruleId);
  return `${docsUrl}${docsUrl.endsWith('/') ? '' : '/'}${ruleId}.md`;
}
