import type { OperationDescription } from '../../connectors/connector.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import type { CredentialStatus, IntegrationOperation } from './_generated/resolvers.ts';

export function presentCredential({
  credentialVersion: version,
  credentialDroppedAt,
}: Integration): CredentialStatus {
  return { isSet: version > 0 && credentialDroppedAt === null, version };
}

export function presentOperation(operation: OperationDescription): IntegrationOperation {
  return { ...operation, description: operation.description ?? null };
}
