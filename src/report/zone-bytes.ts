import type { ZoneBytes } from '../engine/traffic/zone-bytes.ts';
import { bytesPerMonth, bytesText, costPerMonth, costText } from './bytes.ts';

export interface ZoneBytesStyle {
  readonly pricePerGB: number | null;
  /** Only per second, as the state does not last for a month. */
  readonly isTemporary?: boolean | undefined;
}

/** `8.1 MB per second between zones, 21.3 TB a month, which costs 213.00`, and what that does not count. */
export function zoneBytesText(
  { crossZone, unknown, lost }: ZoneBytes,
  { pricePerGB, isTemporary }: ZoneBytesStyle,
): string {
  const cost = pricePerGB === null ? '' : `, which costs ${costText(costPerMonth(crossZone, pricePerGB))}`;
  const month = isTemporary ? '' : `, ${bytesText(bytesPerMonth(crossZone))} a month${cost}`;
  const uncounted = [
    ...(unknown > 0 ? [`${bytesText(unknown)} per second of which a zone is not known`] : []),
    ...(lost > 0 ? [`${bytesText(lost)} per second that are lost`] : []),
  ];
  const without = uncounted.length === 0 ? '' : `; not counted: ${uncounted.join(', ')}`;
  const between = crossZone === 0 ? 'none' : `${bytesText(crossZone)} per second`;
  return `${between} between zones${crossZone === 0 ? '' : month}${without}`;
}

/** The figures in JSON, those of a month `null` in a state that does not last. The field names are a contract. */
export function zoneBytesJson(
  { crossZone, inZone, unknown, lost }: ZoneBytes,
  { pricePerGB, isTemporary }: ZoneBytesStyle,
): object {
  const cost = (price: number) => (isTemporary ? null : rounded(costPerMonth(crossZone, price)));
  return {
    crossZoneBytesPerSecond: rounded(crossZone),
    crossZoneBytesPerMonth: isTemporary ? null : Math.round(bytesPerMonth(crossZone)),
    ...(pricePerGB !== null && { crossZoneCostPerMonth: cost(pricePerGB) }),
    inZoneBytesPerSecond: rounded(inZone),
    unknownZoneBytesPerSecond: rounded(unknown),
    lostBytesPerSecond: rounded(lost),
  };
}

/** Sums have rounding errors. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
