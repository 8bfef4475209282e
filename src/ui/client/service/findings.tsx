import type { Skipped } from '../../../engine/evaluation.ts';
import { ruleSuffix } from '../../../engine/message.ts';
import type { Finding } from '../../../model/finding.ts';
import { RULES } from '../../../rules/index.ts';
import { pluralText } from '../diagram/text.ts';
import { LevelBadge } from '../level-badge.tsx';
import { withFix } from '../what-if/choices.ts';
import type { Scenario } from '../what-if/scenario.ts';
import type { EvaluatedService } from './evaluate-service.ts';

interface FindingsProps {
  readonly evaluated: EvaluatedService;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}

export function Findings({ evaluated: { findings, skipped }, scenario, onScenario }: FindingsProps) {
  return (
    <section class="card findings" aria-label="Findings">
      <h2>Findings {findings.length > 0 && <span class="h2-count">{findings.length}</span>}</h2>
      {findings.length === 0 && <p class="muted">None.</p>}
      <ul class="finding-list">
        {findings.map(finding => (
          <li key={`${finding.rule} ${finding.path} ${finding.message}`} class={`finding finding--${finding.level}`}>
            <FindingText finding={finding} />
            <FixLine finding={finding} scenario={scenario} onScenario={onScenario} />
          </li>
        ))}
      </ul>
      {skipped.length > 0 && <SkippedRules skipped={skipped} />}
    </section>
  );
}

function FindingText({ finding }: { readonly finding: Finding }) {
  const { rule, level, path } = finding;
  const about = RULES.find(({ id }) => id === rule);
  return (
    <>
      <p class="finding-head">
        <LevelBadge level={level} />
        <code>{rule}</code>
        {path !== '' && <span class="finding-path">{path}</span>}
      </p>
      <p class="finding-message">{withoutId(finding)}</p>
      {about && (
        <details class="finding-more">
          <summary>Why, and what to do</summary>
          <p>{about.why}</p>
          <p>{about.fix}</p>
          <p class="muted">
            docs/rules/{rule}.md · {about.source}
          </p>
        </details>
      )}
    </>
  );
}

/** The message without the rule id at its end, which the heading shows. */
function withoutId({ message, rule }: Finding): string {
  const end = ruleSuffix(rule);
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}

interface FixLineProps extends Omit<FindingsProps, 'evaluated'> {
  readonly finding: Finding;
}

function FixLine({ finding: { fix }, scenario, onScenario }: FixLineProps) {
  if (!fix) return null;
  const tried = withFix(scenario, fix);
  return (
    <p class="fix">
      <span class="fix-label">Fix</span> {fix.description}
      {tried && (
        <button type="button" class="button" onClick={() => onScenario(tried)}>
          Try it
        </button>
      )}
    </p>
  );
}

function SkippedRules({ skipped }: { readonly skipped: readonly Skipped[] }) {
  return (
    <details class="skipped">
      <summary>{pluralText(skipped.length, 'rule')} skipped</summary>
      <ul>
        {skipped.map(({ rule, why }) => (
          <li key={rule}>
            <code>{rule}</code> {why}
          </li>
        ))}
      </ul>
    </details>
  );
}
