import { useId, useState } from 'preact/hooks';
import type { WhatIfProps } from './props.ts';
import { withDrained } from './scenario.ts';

/** Upper bound of suggested names: browsers are slow with thousands of options. */
const MAX_SUGGESTIONS = 50;

export function DrainNode({ existing, after, scenario, onScenario }: WhatIfProps) {
  const [text, setText] = useState('');
  const list = useId();
  if (existing.nodes.length === 0) return null;
  const offered = after.clients.nodes.filter(({ name }) => name.includes(text)).slice(0, MAX_SUGGESTIONS);
  const isNode = existing.nodes.some(({ name }) => name === text) && !scenario.drained.includes(text);
  const drain = () => {
    onScenario(withDrained(scenario, text, true));
    setText('');
  };
  return (
    <form
      class="drain"
      onSubmit={event => {
        event.preventDefault();
        if (isNode) drain();
      }}
    >
      <label class="field field--grow">
        <span class="field-label">Drain a node</span>
        <input
          type="text"
          list={list}
          value={text}
          placeholder="Name"
          autocomplete="off"
          spellcheck={false}
          onInput={event => setText(event.currentTarget.value)}
        />
      </label>
      <datalist id={list}>
        {offered.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit" class="button" disabled={!isNode}>
        Drain
      </button>
      {scenario.drained.length > 0 && (
        <ul class="chips">
          {scenario.drained.map(name => (
            <li key={name} class="chip">
              <span class="chip-text">{name}</span>
              <button
                type="button"
                class="chip-remove"
                aria-label={`Do not drain ${name}`}
                onClick={() => onScenario(withDrained(scenario, name, false))}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
