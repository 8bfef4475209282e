interface SearchFieldProps {
  readonly placeholder: string;
  readonly value: string;
  readonly grows?: boolean;
  onInput(text: string): void;
}

export function SearchField({ placeholder, value, grows = false, onInput }: SearchFieldProps) {
  return (
    <label class={grows ? 'field field--grow' : 'field'}>
      <span class="field-label">Search</span>
      <input
        type="search"
        placeholder={placeholder}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={event => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  onSelect(value: string): void;
}

export function SelectField({ label, value, options, onSelect }: SelectFieldProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={event => onSelect(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface LosingFilterProps {
  readonly checked: boolean;
  onCheck(checked: boolean): void;
}

export function LosingFilter({ checked, onCheck }: LosingFilterProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={event => onCheck(event.currentTarget.checked)} />
      Only those losing traffic
    </label>
  );
}
