import { useId } from 'preact/hooks';

interface SegmentedProps<T extends string | null> {
  readonly legend: string;
  readonly options: readonly Segment<T>[];
  readonly value: T;
  onSelect(value: T): void;
}

interface Segment<T> {
  readonly value: T;
  readonly label: string;
  readonly note?: string | undefined;
  /** The problem of this choice; marked on the segment. */
  readonly problem?: string | undefined;
}

/** Radio buttons drawn as one segmented control. */
export function SegmentedControl<T extends string | null>({ legend, options, value, onSelect }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend>{legend}</legend>
      <div class="segments">
        {options.map(({ value: own, label, note, problem }) => (
          <label key={label} class={`segment ${own === value ? 'segment--on' : ''}`}>
            <input type="radio" name={name} value={own ?? ''} checked={own === value} onChange={() => onSelect(own)} />
            {label}
            {note !== undefined && <span class="segment-note">{note}</span>}
            {problem !== undefined && (
              <span class="segment-problem">
                <span aria-hidden="true">✕ </span>
                {problem}
              </span>
            )}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
