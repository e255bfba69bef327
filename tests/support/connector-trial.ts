import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallContext, CallResult, Connector } from '../../connectors/connector.ts';
import { createEgress, type EgressOptions } from '../../connectors/egress/egress.ts';

/** A connector as a process has it, for one tenant of a test. */
export interface Trial extends AsyncDisposable {
  readonly connector: Connector;
  call(operation: string, values?: JsonObject, context?: Partial<CallContext>): Promise<CallResult>;
  context(changes?: Partial<CallContext>): CallContext;
}

export interface TrialOptions extends EgressOptions {
  readonly kind: string;
  readonly config: JsonValue;
  readonly credential?: JsonValue;
}

/** Opens a connector that may reach the named hosts. */
export function openTrial({ kind, config, credential, ...options }: TrialOptions): Trial {
  const egress = createEgress({ random: () => 0, ...options });
  const connector = connectorOf(openConnectors(egress), kind);
  const context = (changes: Partial<CallContext> = {}): CallContext => ({
    tenantId: 'tenant-1',
    integrationId: 'integration-1',
    integrationName: 'partner',
    credential,
    credentialVersion: 1,
    signal: AbortSignal.timeout(30_000),
    ...changes,
  });
  return {
    connector,
    context,
    call: (operation, values = {}, changes = {}) =>
      connector.invoke({ config, operation, arguments: values }, context(changes)),
    [Symbol.asyncDispose]: () => egress[Symbol.asyncDispose](),
  };
}
