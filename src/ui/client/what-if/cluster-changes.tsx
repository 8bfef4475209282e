import { useId, useMemo, useState } from 'preact/hooks';
import { scenarioText } from '../../../report/advice/reasons.ts';
import { SelectField } from '../fields.tsx';
import { EVENTS, type EventKind } from './cluster-events.ts';
import type { WhatIfProps } from './props.ts';
import { hasClusterScenario, withClusterScenario, withoutClusterScenario } from './scenario.ts';

/** Upper bound of suggested names: browsers are slow with thousands of options. */
const MAX_SUGGESTIONS = 50;

const KINDS = Object.keys(EVENTS) as readonly EventKind[];

/** A form that adds what happens to the cluster, and the list of what was added. */
export function ClusterChanges(props: WhatIfProps) {
  const { scenario, onScenario } = props;
  if (props.existing.nodes.length === 0) return null;
  return (
    <div class="cluster-changes">
      <ClusterForm {...props} />
      {scenario.cluster.length > 0 && (
        <ul class="chips" aria-label="Changes of the cluster">
          {scenario.cluster.map(one => {
            const text = scenarioText(one);
            return (
              <li key={text} class="chip">
                <span class="chip-text">{text}</span>
                <button
                  type="button"
                  class="chip-remove"
                  aria-label={`Undo: ${text}`}
                  onClick={() => onScenario(withoutClusterScenario(scenario, one))}
                >
                  ✕
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function ClusterForm({ existing, scenario, onScenario }: WhatIfProps) {
  const [kind, setKind] = useState<EventKind>('zone-down');
  const [text, setText] = useState('');
  const list = useId();
  const { subject, suggestions, scenario: scenarioOf } = EVENTS[kind];
  const all = useMemo(() => suggestions(existing), [kind, existing]);
  const added = scenarioOf(text.trim(), existing);
  const isNew = added !== null && !hasClusterScenario(scenario, added);
  return (
    <form
      class="cluster-form"
      onSubmit={event => {
        event.preventDefault();
        if (!isNew) return;
        onScenario(withClusterScenario(scenario, added));
        setText('');
      }}
    >
      <SelectField
        label="In the cluster"
        value={kind}
        options={KINDS.map(each => [each, EVENTS[each].title])}
        onSelect={value => {
          setKind(KINDS.find(each => each === value) ?? kind);
          setText('');
        }}
      />
      <label class="field field--grow">
        <span class="field-label">{subject}</span>
        <input
          type="text"
          list={list}
          value={text}
          placeholder={all[0]?.value ?? 'none'}
          autocomplete="off"
          spellcheck={false}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      <datalist id={list}>
        {all
          .filter(({ value }) => value.includes(text))
          .slice(0, MAX_SUGGESTIONS)
          .map(({ value, note }) => (
            <option key={value} value={value} label={note === '' ? value : `${value} (${note})`} />
          ))}
      </datalist>
      <button type="submit" class="button" disabled={!isNew}>
        Add
      </button>
    </form>
  );
}
