import type { Connector, OperationDescription } from '../../connectors/connector.ts';
import type { ConsentInfo } from '../../core/integrations/load-consents.ts';
import type { ConnectLink, Integration } from '../../prisma/_generated/client.ts';
import type {
  ConnectLinkState,
  ConsentState,
  CredentialStatus,
  IntegrationKind,
  IntegrationOperation,
} from './_generated/resolvers.ts';

export function presentCredential(
  { credentialVersion: version, credentialDroppedAt }: Integration,
  { consent, now }: { readonly consent: ConsentInfo | null; readonly now: Date },
): CredentialStatus {
  return {
    ...{ isSet: version > 0 && credentialDroppedAt === null, version },
    state: consent && consentState(consent, now),
    scopes: consent?.scopes ?? null,
    isRefreshable: consent?.isRefreshable ?? null,
    expiresAt: textOf(consent?.expiresAt),
    connectedBy: consent?.connectedBy ?? null,
    connectedAt: textOf(consent?.connectedAt),
    refreshedAt: textOf(consent?.refreshedAt),
    lastError: consent?.lastError ?? null,
    lastErrorAt: textOf(consent?.lastErrorAt),
  };
}

function textOf(time: Date | null | undefined): string | null {
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
  const { settledAt, failure, expiresAt, browserHash } = link;
  if (settledAt !== null) return failure === null ? 'CONNECTED' : 'FAILED';
  if (expiresAt <= now) return 'EXPIRED';
  return browserHash === null ? 'PENDING' : 'OPENED';
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
