import { Counter, Gauge, Histogram as Buckets, Registry, collectDefaultMetrics } from 'prom-client';
import { currentTrace } from './current-trace.ts';
import { answerMetrics, type MetricsAnswer } from './open-metrics.ts';

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

/** How often values were at most so large; each bucket remembers the trace of a value in it, where one is sampled. */
export interface Histogram<Label extends string> {
  observe(value: number): void;
  observe(labels: Readonly<Record<Label, string>>, value: number): void;
  /** Notes the time until what it returns is called, seconds. */
  startTimer(labels?: Labels<Label>): (labels?: Labels<Label>) => void;
  /** Shows a set of labels before anything was noted. */
  zero(labels: Readonly<Record<Label, string>>): void;
  remove(labels: Readonly<Record<Label, string>>): void;
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
  /** All metrics in the form that a header `Accept` asks for. */
  answer(accept: string | undefined): Promise<MetricsAnswer>;
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
    histogram: (metric) => {
      // Registered later: a registry that writes Prometheus' own form as well refuses exemplars with the making.
      const buckets = [...(metric.buckets ?? SECONDS)];
      const own = { ...shared(metric), registers: [], buckets, enableExemplars: true };
      const made = new Buckets(own);
      registry.registerMetric(made);
      return remembering(made);
    },
    text: () => registry.metrics(),
    answer: (accept) => answerMetrics(accept, registry),
  };
}

type Labels<Label extends string> = Readonly<Partial<Record<Label, string>>>;

function remembering<Label extends string>(buckets: Buckets<Label>): Histogram<Label> {
  const note = (labels: Labels<Label> | undefined, value: number): void => {
    const trace = currentTrace();
    const isKept = trace?.isSampled === true;
    buckets.observe({ ...(labels && { labels }), value, ...(isKept && exemplarOf(trace.traceId)) });
  };
  return {
    observe(first: Labels<Label> | number, value?: number) {
      if (typeof first === 'number') note(undefined, first);
      else note(first, value ?? 0);
    },
    startTimer(begun) {
      const startedAt = performance.now();
      return (ended) => {
        note(joined(begun, ended), (performance.now() - startedAt) / 1_000);
      };
    },
    zero: (labels) => buckets.zero(labels),
    remove: (labels) => buckets.remove(labels),
  };
}

function joined<Label extends string>(
  first: Labels<Label> | undefined,
  second: Labels<Label> | undefined,
): Labels<Label> | undefined {
  return first && second ? { ...first, ...second } : (first ?? second);
}

// The types of prom-client take labels of exemplars for those of the metric.
function exemplarOf(traceId: string): { readonly exemplarLabels: object } {
  return { exemplarLabels: { trace_id: traceId } };
}
