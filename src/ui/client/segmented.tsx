import { useId } from 'preact/hooks';

interface SegmentedProps<T extends string | null> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly note?: string | undefined }[];
  readonly value: T;
  onSelect(value: T): void;
}

/** Radio buttons drawn as one segmented control. */
export function SegmentedControl<T extends string | null>({ legend, options, value, onSelect }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend>{legend}</legend>
      <div class="segments">
        {options.map(option => (
          <label key={option.label} class={`segment ${option.value === value ? 'segment--on' : ''}`}>
            <input
              type="radio"
              name={name}
              value={option.value ?? ''}
              checked={option.value === value}
              onChange={() => onSelect(option.value)}
            />
            {option.label}
            {option.note !== undefined && <span class="segment-note">{option.note}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
