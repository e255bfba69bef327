import type { Connector, OperationDescription } from '../../connectors/connector.ts';
import { z } from 'zod';

import type { IntegrationHealth } from '../../core/integrations/load-health.ts';
import type { ConsentInfo } from '../../core/integrations/load-consents.ts';
import type { ConnectLink, Integration } from '../../prisma/_generated/client.ts';
import type {
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

export function presentOperation(operation: OperationDescription): IntegrationOperation {
  const { description = null, result = null } = operation;
  return { ...operation, description, result };
}

export function presentKind(connector: Connector): IntegrationKind {
  const { kind: name, description, configSchema, credentialSchema, discover } = connector;
  const isDiscoverable = discover !== undefined;
  return { name, description, config: configSchema, credential: credentialSchema, isDiscoverable };
}
