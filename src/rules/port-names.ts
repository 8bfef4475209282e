import type { Service } from '../model/service.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { MessageFormatter } from './rule.ts';

const MAX_NAMES_SHOWN = 2;

/** ` for port "http"`, or the empty string without ports. In dual stack the IP family is named. */
export function forPorts(fmt: MessageFormatter, ports: readonly PortRouting[], service: Service): string {
  if (ports.length === 0) return '';
  const families = service.ipFamilies.length > 1;
  const shown = ports.slice(0, MAX_NAMES_SHOWN).map(port => portName(fmt, port, families));
  const more = ports.length - shown.length;
  const names = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
  return ` for ${names}`;
}

function portName(fmt: MessageFormatter, { port, family }: PortRouting, families: boolean): string {
  // Only the single port of a Service can be without a name.
  if (port.name === '') return family;
  return families ? `port ${fmt.value(port.name)} (${family})` : `port ${fmt.value(port.name)}`;
}
