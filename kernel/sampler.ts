import type * as Sdk from '@opentelemetry/sdk-trace-node';
import type { TelemetrySettings } from './config/telemetry-variables.ts';

type Choice = Pick<TelemetrySettings, 'sampler' | 'ratio'>;

/** Decides at the beginning of a span whether it is kept. */
export function createSampler(sdk: typeof Sdk, { sampler, ratio }: Choice): Sdk.Sampler {
  const parentless = sampler.startsWith('parentbased_')
    ? sampler.slice('parentbased_'.length)
    : sampler;
  const root = rootSampler(sdk, parentless, ratio);
  return parentless === sampler ? root : new sdk.ParentBasedSampler({ root });
}

function rootSampler(sdk: typeof Sdk, name: string, ratio: number): Sdk.Sampler {
  if (name === 'always_on') return new sdk.AlwaysOnSampler();
  if (name === 'always_off') return new sdk.AlwaysOffSampler();
  return new sdk.TraceIdRatioBasedSampler(ratio);
}

/** Decides alike, but what is not kept is recorded all the same, to be kept for how it ends. */
export function recordingAll(sdk: typeof Sdk, sampler: Sdk.Sampler): Sdk.Sampler {
  const { NOT_RECORD, RECORD } = sdk.SamplingDecision;
  return {
    shouldSample(...span) {
      const result = sampler.shouldSample(...span);
      return result.decision === NOT_RECORD ? { ...result, decision: RECORD } : result;
    },
    toString: () => `recordingAll(${String(sampler)})`,
  };
}
