import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Name, help and labels of a metric, as Prometheus knows them. */
interface MetricOptions<Label extends string> {
  /** With the unit at its end, e.g. `operandi_queue_claim_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** A value for one set of labels. */
interface Sample<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** The metrics of one process, each kind made by its own function and registered under its name. */
export interface Metrics {
  readonly registry: Registry;
  /** With `collect` the value for each set of labels is taken when somebody reads it. */
  counter<Label extends string = never>(
    options: MetricOptions<Label> & { readonly collect?: () => readonly Sample<Label>[] },
  ): Counter<Label>;
  /** With `collect` the value, or the value for each set of labels, is taken when somebody reads it. */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & {
      readonly collect?: () => number | readonly Sample<Label>[];
      /** How it is told of several processes together. @default sum */
      readonly aggregator?: 'sum' | 'max';
    },
  ): Gauge<Label>;
  /** `buckets` in the unit of the name, seconds as a rule. */
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label>;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes an empty registry; with `hasProcessMetrics` it also reports memory, CPU and event loop lag. */
export function createMetrics(options: { readonly hasProcessMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.hasProcessMetrics === true) collectDefaultMetrics({ register: registry });
  const shared = <Label extends string>(metric: MetricOptions<Label>) => ({
    name: metric.name,
    help: metric.help,
    labelNames: metric.labels ?? [],
    registers: [registry],
  });
  return {
    registry,
    counter: (metric) => {
      const { collect } = metric;
      return new Counter({
        ...shared(metric),
        ...(collect && {
          collect() {
            this.reset();
            for (const { labels, value } of collect()) this.inc(labels, value);
          },
        }),
      });
    },
    gauge: (metric) => {
      const { collect, aggregator = 'sum' } = metric;
      return new Gauge({
        ...{ ...shared(metric), aggregator },
        ...(collect && {
          collect() {
            const now = collect();
            if (typeof now === 'number') this.set(now);
            else for (const { labels, value } of now) this.set(labels, value);
          },
        }),
      });
    },
    histogram: (metric) =>
      new Histogram({ ...shared(metric), buckets: [...(metric.buckets ?? SECONDS)] }),
    text: () => registry.metrics(),
  };
}
