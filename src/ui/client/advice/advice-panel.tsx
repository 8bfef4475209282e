import { useMemo } from 'preact/hooks';
import type { Advice } from '../../../engine/advice/advice.ts';
import type { AdviceRow } from '../../../report/advice/rows.ts';
import { CommandText } from '../command-text.tsx';
import { pluralText } from '../diagram/text.ts';
import type { ServiceState } from '../service/service-state.ts';
import { NO_CHANGES, type Scenario } from '../what-if/scenario.ts';
import { MAX_SECONDS } from './advice-queue.ts';
import { groupAdvice, isSameScenario, type RowGroup, shownScenario } from './groups.ts';
import { useAdvice } from './use-advice.ts';

interface AdvicePanelProps {
  /** The current Service: advice does not depend on the scenario. */
  readonly existing: ServiceState;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}

/** The advice of `zonewise advise`, each of its figures with a button that shows it in the diagram. */
export function AdvicePanel({ existing, ...change }: AdvicePanelProps) {
  const result = useAdvice(existing);
  return (
    <section class="card advice" aria-label="Advice" data-state={result.kind}>
      {result.kind === 'advice' ? (
        <AdviceText advice={result.advice} existing={existing} {...change} />
      ) : (
        <Head text={WITHOUT_ADVICE[result.kind](existing)} />
      )}
    </section>
  );
}

const WITHOUT_ADVICE = {
  working: () => 'Every setting is being evaluated in every worst case…',
  'took-too-long': ({ service: { namespace, name } }: ServiceState) =>
    `This takes more than ${MAX_SECONDS} s. Use zonewise advise ${namespace}/${name}.`,
  failed: () => 'This browser cannot compute it. Use zonewise advise.',
};

function Head({ text }: { readonly text: string }) {
  return (
    <div class="advice-head" aria-live="polite">
      <h2>Advice</h2>
      <p>{text}</p>
    </div>
  );
}

function AdviceText({ advice, existing, ...change }: AdvicePanelProps & { readonly advice: Advice }) {
  const { workloadsUnknownBecause } = existing;
  const { head, main, others } = useMemo(
    () => groupAdvice(advice, workloadsUnknownBecause),
    [advice, workloadsUnknownBecause],
  );
  return (
    <>
      <Head text={head} />
      <Groups groups={main} {...change} />
      {others.length > 0 && (
        <details class="folded">
          <summary>{others.map(summaryOf).join(', ')}</summary>
          <Groups groups={others} {...change} />
        </details>
      )}
    </>
  );
}

function summaryOf({ label, rows }: RowGroup): string {
  if (label === 'not advised') return `${pluralText(rows.length, 'setting')} not advised`;
  return label === 'assumed' ? pluralText(rows.length, 'assumption') : 'better with a change of its workload';
}

type GroupsProps = Omit<AdvicePanelProps, 'existing'> & { readonly groups: readonly RowGroup[] };

function Groups({ groups, ...change }: GroupsProps) {
  if (groups.length === 0) return null;
  return (
    <dl class="advice-rows">
      {groups.map(({ label, rows }) => (
        <div key={label} class="advice-group">
          <dt>{label}</dt>
          {rows.map((row, i) => (
            <dd key={i}>{row.kind === 'patch' ? <CommandText text={row.text} /> : <Line row={row} {...change} />}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

function Line({
  row: { text, shows },
  scenario,
  onScenario,
}: Omit<GroupsProps, 'groups'> & { readonly row: AdviceRow }) {
  const shown = shows && shownScenario(shows);
  if (!shown) return <p class="advice-line">{text}</p>;
  const isShown = isSameScenario(shown, scenario);
  return (
    <p class="advice-line">
      <span>{text}</span>
      <button
        type="button"
        class="button button--small"
        aria-pressed={isShown}
        onClick={() => onScenario(isShown ? NO_CHANGES : shown)}
      >
        Show<span class="sr-only"> {text}</span>
      </button>
    </p>
  );
}
