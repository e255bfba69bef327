import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

import type { GatewayConfig } from '../config/config.ts';
import type { PluginChain } from '../plugins.ts';
import type { CurrentGraph } from '../supergraph/graph.ts';
import { type Admit, createAdmission } from './admission.ts';
import type { Peers } from '../workers/peers.ts';
import type { OpenManifest } from './manifest.ts';
import { createDocumentResolver } from './persisted-documents.ts';
import { type CountRequest, createRateLimits } from './rate-limits.ts';

interface OpenAdmissionOptions {
  readonly current: CurrentGraph;
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly redis: Redis | undefined;
  readonly onOperation: PluginChain['onOperation'];
  readonly manifest: OpenManifest;
  /** Other processes of the gateway: rates and documents are theirs, too. */
  readonly peers?: Peers | undefined;
}

/** Admission as the configuration wants it, and the count for requests that join another's answer instead. */
export function openAdmission({
  current,
  config,
  log,
  redis,
  onOperation,
  manifest,
  peers,
}: OpenAdmissionOptions): { admit: Admit; countRequest: CountRequest | undefined } {
  const { persisted, limits } = config;
  const { requestsPerKey, requestsPerTenant, costPerKey } = config.rateLimit;
  const isLimited = [requestsPerKey, requestsPerTenant, costPerKey].some(
    (limit) => limit !== undefined,
  );
  const countRequest = isLimited
    ? createRateLimits({ ...config.rateLimit, redis, isOneOfSeveral: peers !== undefined })
    : undefined;
  const resolveDocument = createDocumentResolver({
    isAutomatic: persisted.isAutomatic,
    maxAutomatic: persisted.maxAutomatic,
    trusted: persisted.trusted,
    manifest,
    peers,
    onUntrusted: (hash) => log.warn({ hash }, 'a document is not in the manifest'),
  });
  const admit = createAdmission({ current, resolveDocument, countRequest, limits, onOperation });
  return { admit, countRequest };
}
