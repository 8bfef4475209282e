import type { ComponentChildren } from 'preact';
import { RULES } from '../../../rules/index.ts';
import type { Rule } from '../../../rules/rule.ts';
import { LevelBadge } from '../level-badge.tsx';
import { Notice } from '../notice.tsx';
import { NO_FILTER } from '../overview/filter.ts';
import { formatLocation } from '../page-location.ts';

/** The text of one rule: the same as in docs/rules and `zonewise rules ID`. */
export function RulePage({ id }: { readonly id: string }) {
  const rule = RULES.find(each => each.id === id);
  return (
    <main class="rule-page">
      <h1 tabIndex={-1}>{id}</h1>
      {rule ? <RuleText rule={rule} /> : <Notice title="zonewise has no rule of this name." />}
    </main>
  );
}

function RuleText({ rule }: { readonly rule: Rule }) {
  const { id, level, needs, summary, why, fix, example, source } = rule;
  return (
    <>
      <p class="rule-summary">{summary}.</p>
      <dl class="facts">
        <Fact name="level by default">
          <LevelBadge level={level} />
        </Fact>
        {needs.length > 0 && <Fact name="needs">{needs.join(', ')}</Fact>}
        <Fact name="decided by">
          <code>{source}</code>
        </Fact>
      </dl>
      <section class="card rule-text">
        <h2>Why</h2>
        <p>{why}</p>
        <h2>What to do</h2>
        <p>{fix}</p>
        <h2>A manifest that has this finding</h2>
        <pre class="command">
          <code>{example}</code>
        </pre>
      </section>
      <p>
        <a href={formatLocation({ page: 'overview', filter: { ...NO_FILTER, rule: id } })}>
          All Services with this finding
        </a>
      </p>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
