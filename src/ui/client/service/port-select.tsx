import type { PortRouting } from '../../../topology/port-routing.ts';

interface PortSelectProps {
  readonly ports: readonly PortRouting[];
  readonly port: PortRouting;
  onSelect(port: PortRouting): void;
}

export function PortSelect({ ports, port, onSelect }: PortSelectProps) {
  return (
    <label class="field">
      <span class="field-label">Port</span>
      <select
        value={String(ports.indexOf(port))}
        onChange={event => {
          const chosen = ports[Number(event.currentTarget.value)];
          if (chosen) onSelect(chosen);
        }}
      >
        {ports.map(({ port: { name, port: number, protocol }, family }, i) => (
          <option key={`${name} ${number} ${protocol} ${family}`} value={String(i)}>
            {`${name} ${number}/${protocol} ${family}`.trim()}
          </option>
        ))}
      </select>
    </label>
  );
}
