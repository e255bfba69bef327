import type { Connector, OperationDescription } from '../../connectors/connector.ts';
import { z } from 'zod';

import { breakerStates } from '../../connectors/egress/circuit.ts';
import { callStages } from '../../connectors/egress/trace.ts';
import type { IntegrationHealth } from '../../core/integrations/load-health.ts';
import type { ConsentInfo } from '../../core/integrations/load-consents.ts';
import type { ConnectLink, Integration, IntegrationCall } from '../../prisma/_generated/client.ts';
import type {
  BreakerState,
  CallCache,
  CallTiming,
  ConnectLinkState,
  ConsentState,
  CredentialStatus,
  IntegrationHealth as HealthType,
  IntegrationKind,
  IntegrationOperation,
} from './_generated/resolvers.ts';

export function presentCredential(
  { credentialVersion: version, credentialDroppedAt }: Integration,
  { consent, now }: { readonly consent: ConsentInfo | null; readonly now: Date },
): CredentialStatus {
  const isSet = version > 0 && credentialDroppedAt === null;
  return { isSet, version, ...(consent === null ? noConsent : presentConsent(consent, now)) };
}

type ConsentFields = Omit<CredentialStatus, 'isSet' | 'version'>;

const noConsent: ConsentFields = {
  ...{ state: null, scopes: null, isRefreshable: null, expiresAt: null, connectedBy: null },
  ...{ connectedAt: null, refreshedAt: null, lastError: null, lastErrorAt: null },
};

function presentConsent(consent: ConsentInfo, now: Date): ConsentFields {
  const { scopes, isRefreshable, connectedBy, lastError } = consent;
  return {
    ...{ state: consentState(consent, now), scopes, isRefreshable, connectedBy, lastError },
    expiresAt: textOf(consent.expiresAt),
    connectedAt: textOf(consent.connectedAt),
    refreshedAt: textOf(consent.refreshedAt),
    lastErrorAt: textOf(consent.lastErrorAt),
  };
}

function textOf(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

function consentState(
  { connectedAt, endedAt, expiresAt, isRefreshable }: ConsentInfo,
  now: Date,
): ConsentState {
  if (connectedAt === null || endedAt !== null) return 'NEEDS_CONSENT';
  const hasEnded = expiresAt !== null && expiresAt <= now;
  return hasEnded && !isRefreshable ? 'EXPIRED' : 'CONNECTED';
}

export function connectLinkState(link: ConnectLink, now: Date): ConnectLinkState {
  const { settledAt, failure, expiresAt, stateUntil, browserHash } = link;
  if (settledAt !== null) return failure === null ? 'CONNECTED' : 'FAILED';
  // Somebody who was sent away in time may still come back.
  const isAwaited = stateUntil !== null && stateUntil > now;
  if (expiresAt <= now && !isAwaited) return 'EXPIRED';
  return browserHash === null ? 'PENDING' : 'OPENED';
}

const configured = z.object({ limits: z.object({ ratePerSecond: z.number() }) });

export function presentHealth(
  { config }: Integration,
  { breaker, since, ...health }: IntegrationHealth,
): HealthType {
  const ratePerSecond = configured.safeParse(config).data?.limits.ratePerSecond ?? null;
  return { ...health, breaker: breaker ?? null, ratePerSecond, since: since.toISOString() };
}

const states = z.enum(breakerStates);

/** How a call found the breaker. */
export function presentBreaker({ breaker }: IntegrationCall): BreakerState | null {
  return states.safeParse(breaker).data ?? null;
}

const outcomes = z.enum(['HIT', 'REVALIDATED', 'STALE', 'MISS', 'BYPASS']);

export function presentCache({ cache }: IntegrationCall): CallCache | null {
  return outcomes.safeParse(cache).data ?? null;
}

const milliseconds = z.partialRecord(z.enum(callStages), z.number());

/** Where the time of a call went. */
export function presentTiming({ timing }: IntegrationCall): CallTiming | null {
  const times = milliseconds.safeParse(timing).data;
  if (times === undefined) return null;
  return {
    ...{ cacheMs: times.cache ?? null, placeMs: times.place ?? null, pauseMs: times.pause ?? null },
    ...{ rateMs: times.rate ?? null, answerMs: times.answer ?? null, bodyMs: times.body ?? null },
    retryMs: times.retry ?? null,
  };
}

export function presentOperation(operation: OperationDescription): IntegrationOperation {
  const { description = null, result = null } = operation;
  return { ...operation, description, result };
}

export function presentKind(connector: Connector): IntegrationKind {
  const { kind: name, description, configSchema, credentialSchema, discover } = connector;
  const isDiscoverable = discover !== undefined;
  return { name, description, config: configSchema, credential: credentialSchema, isDiscoverable };
}
