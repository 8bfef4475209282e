const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const STEP = 1000;
const GB = 1e9;
/** A twelfth of a year. */
const SECONDS_PER_MONTH = 730 * 3600;

/** A number of bytes in decimal units with three digits: `8.1 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(value.toPrecision(3)) >= STEP) {
    value /= STEP;
    unit++;
  }
  if (unit === 0 && value > 0 && value < 1) return '<1 B';
  return `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

export function bytesPerMonth(perSecond: number): number {
  return perSecond * SECONDS_PER_MONTH;
}

/** The cost of the bytes of a month, at a price of a GB (10^9 bytes). */
export function costPerMonth(perSecond: number, pricePerGB: number): number {
  return (bytesPerMonth(perSecond) / GB) * pricePerGB;
}

/** An amount of any currency. */
export function costText(cost: number): string {
  return cost > 0 && cost < 0.01 ? '<0.01' : cost.toFixed(2);
}
