import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type MetricFactory = ReturnType<typeof metricFactory>;

/** Creates metrics in a registry, with the prefix of all metrics. */
export function metricFactory(registry: Registry) {
  const registers = [registry];
  return {
    counter: <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
      new Counter({ name: `zonewise_${name}`, help, labelNames, registers }),
    gauge: <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
      new Gauge({ name: `zonewise_${name}`, help, labelNames, registers }),
    histogram: <T extends string>(
      name: string,
      help: string,
      { labelNames, buckets }: { readonly labelNames: readonly T[]; readonly buckets: number[] },
    ) => new Histogram({ name: `zonewise_${name}`, help, labelNames, buckets, registers }),
  };
}
