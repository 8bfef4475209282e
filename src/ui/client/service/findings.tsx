import type { Skipped } from '../../../engine/evaluation.ts';
import { ruleSuffix } from '../../../engine/message.ts';
import { compareLevels, type Finding, type Fix } from '../../../model/finding.ts';
import { pluralText } from '../diagram/text.ts';
import { LevelBadge } from '../level-badge.tsx';
import { RuleLink } from '../rule/rule-link.tsx';
import { withEdits } from '../what-if/choices.ts';
import type { Scenario } from '../what-if/scenario.ts';
import type { EvaluatedService } from './evaluate-service.ts';

interface FindingsProps {
  readonly evaluated: EvaluatedService;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}

/** More findings than this are folded, so that the diagram stays near the top. */
const MAX_OPEN = 4;

/** The findings, most severe first. */
export function Findings({ evaluated, scenario, onScenario }: FindingsProps) {
  const { findings, skipped, state } = evaluated;
  // No control changes an ExternalName.
  const tried = state.service.type === 'ExternalName' ? () => null : ({ edits }: Fix) => withEdits(scenario, edits);
  const change = { tried, onScenario };
  const sorted = findings.toSorted((a, b) => compareLevels(b.level, a.level));
  const open = sorted.slice(0, sorted.length > MAX_OPEN + 1 ? MAX_OPEN : MAX_OPEN + 1);
  const folded = sorted.slice(open.length);
  return (
    <section class="card findings" aria-label="Findings">
      <h2>{findings.length === 0 ? 'No findings' : <Count findings={findings} />}</h2>
      <FindingList findings={open} {...change} />
      {folded.length > 0 && (
        <details class="folded">
          <summary>{folded.length} more</summary>
          <FindingList findings={folded} {...change} />
        </details>
      )}
      {skipped.length > 0 && <SkippedRules skipped={skipped} />}
    </section>
  );
}

function Count({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <>
      Findings <span class="h2-count">{findings.length}</span>
    </>
  );
}

interface FindingListProps {
  readonly findings: readonly Finding[];
  /** The scenario with the fix; `null` if no control makes its changes. */
  tried(fix: Fix): Scenario | null;
  onScenario(scenario: Scenario): void;
}

function FindingList({ findings, ...change }: FindingListProps) {
  if (findings.length === 0) return null;
  return (
    <ul class="finding-list">
      {findings.map(finding => (
        <li key={`${finding.rule} ${finding.path} ${finding.message}`} class={`finding finding--${finding.level}`}>
          <p class="finding-message">
            <LevelBadge level={finding.level} /> {withoutId(finding)}
          </p>
          <FixLine finding={finding} {...change} />
          <p class="finding-about">
            <RuleLink rule={finding.rule} />
            {finding.path !== '' && <span class="finding-path">{finding.path}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The message without the rule id at its end, which is shown as a link. */
function withoutId({ message, rule }: Finding): string {
  const end = ruleSuffix(rule);
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}

interface FixLineProps extends Omit<FindingListProps, 'findings'> {
  readonly finding: Finding;
}

function FixLine({ finding: { fix }, tried, onScenario }: FixLineProps) {
  if (!fix) return null;
  const next = tried(fix);
  return (
    <p class="fix">
      <span>
        <span class="fix-label">Fix</span> {fix.description}
      </span>
      {next && (
        <button type="button" class="button button--small" onClick={() => onScenario(next)}>
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
            <RuleLink rule={rule} /> {why}
          </li>
        ))}
      </ul>
    </details>
  );
}
