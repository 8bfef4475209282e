import { useMemo } from 'preact/hooks';
import type { ScenarioNotes } from '../../../topology/scenarios/scenario.ts';
import { RuleLink } from '../rule/rule-link.tsx';
import type { EvaluatedService } from '../service/evaluate-service.ts';
import { compareEvaluations, type DifferenceLine } from './difference.ts';
import { PatchBox } from './patch-box.tsx';
import type { Scenario } from './scenario.ts';

const MARKS: Readonly<Record<DifferenceLine['kind'], readonly [mark: string, text: string]>> = {
  better: ['▲', 'better: '],
  worse: ['▼', 'worse: '],
  other: ['→', ''],
};

interface DifferencesProps {
  readonly before: EvaluatedService;
  readonly after: EvaluatedService;
  readonly scenario: Scenario;
}

/** The differences between the current state and the scenario, announced to assistive technology. */
export function Differences({ before, after, scenario }: DifferencesProps) {
  const lines = useMemo(() => compareEvaluations(before, after), [before, after]);
  return (
    <section class="card differences" aria-label="What would be different">
      <div class="difference-lines" aria-live="polite">
        <h2>What would be different</h2>
        {lines.length === 0 && <p>Nothing: routes and findings are the same.</p>}
        <ul>
          {lines.map(({ kind, text, rule }) => (
            <li key={text} class={`difference difference--${kind}`}>
              <span class="difference-mark" aria-hidden="true">
                {MARKS[kind][0]}
              </span>
              <span>
                <span class="sr-only">{MARKS[kind][1]}</span>
                {rule ? (
                  <>
                    <RuleLink rule={rule} />
                    {text.slice(rule.length)}
                  </>
                ) : (
                  text
                )}
              </span>
            </li>
          ))}
        </ul>
        <ScenarioNotesList notes={after.state.notes} />
      </div>
      <PatchBox service={before.state.service} scenario={scenario} />
    </section>
  );
}

/** The assumptions of the scenario, and what is not known about it. */
function ScenarioNotesList({ notes: { assumed, unknown } }: { readonly notes: ScenarioNotes }) {
  const notes = [...unknown.map(note => ['not known', note]), ...assumed.map(note => ['assumed', note])] as const;
  if (notes.length === 0) return null;
  return (
    <ul class="scenario-notes">
      {notes.map(([label, note]) => (
        <li key={note}>
          <span class="scenario-note-label">{label}:</span> {note}
        </li>
      ))}
    </ul>
  );
}
