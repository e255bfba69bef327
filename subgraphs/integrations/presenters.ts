import type { Connector, OperationDescription } from '../../connectors/connector.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import type {
  CredentialStatus,
  IntegrationKind,
  IntegrationOperation,
} from './_generated/resolvers.ts';

export function presentCredential({
  credentialVersion: version,
  credentialDroppedAt,
}: Integration): CredentialStatus {
  return { isSet: version > 0 && credentialDroppedAt === null, version };
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
