import type * as Resources from '@opentelemetry/resources';
import { trimEndOf } from './trim-end.ts';

/** Of which process spans and lines are; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES count more than its own name. */
export function resourceOf(resources: typeof Resources, service: string): Resources.Resource {
  const own = resources.resourceFromAttributes({ 'service.name': `operandi-${service}` });
  // They are read as the specification of the SDK's variables says.
  const told = resources.detectResources({ detectors: [resources.envDetector] });
  return own.merge(told);
}

/** Where a collector takes what is called so: below its base, whose query stays one. */
export function collectorUrl(endpoint: string, signal: 'traces' | 'logs'): string {
  const url = new URL(endpoint);
  url.pathname = `${trimEndOf(url.pathname, '/')}/v1/${signal}`;
  return url.href;
}

/** How long what is left may take to be sent, milliseconds. */
const partingMs = 3_000;

/** Waits for what is sent last: a collector that is away does not hold up the end of the process. */
export async function partFrom(parting: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), partingMs);
  await Promise.race([parting.catch(() => undefined), promise]);
  clearTimeout(timer);
}
