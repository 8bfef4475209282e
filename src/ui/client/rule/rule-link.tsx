import { formatLocation } from '../page-location.ts';

/** The id of a rule, as a link to its text. */
export function RuleLink({ rule }: { readonly rule: string }) {
  return (
    <a class="rule-link" href={formatLocation({ page: 'rule', rule })}>
      {rule}
    </a>
  );
}
