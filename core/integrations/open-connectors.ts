import { createBatchCollector } from '../../connectors/batching.ts';
import type { Egress } from '../../connectors/egress/egress.ts';
import { createConsentFlow } from '../../connectors/parts/consent-flow.ts';
import { type Programs, noPrograms } from '../../connectors/mcp/stdio/programs.ts';
import { createMemoryTokens } from '../../connectors/parts/memory-tokens.ts';
import type { OpenApiReader, TokenStore } from '../../connectors/ports.ts';
import { type ConnectorServices, createConnectors } from '../../connectors/registry.ts';
import { findOperation, resolved } from '../../engine/calls/openapi/document.ts';
import { openApiRequest } from '../../engine/calls/openapi/request.ts';
import { serverOf } from '../../engine/calls/openapi/server.ts';
import { WorkflowError } from '../../engine/problem.ts';
import { compileSchema } from '../../engine/schema.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Connectors } from './connectors.ts';

/** All kinds over one way out. */
export function openConnectors(
  egress: Egress,
  tokens?: TokenStore,
  programs?: Programs,
): Connectors {
  return createConnectors(connectorServices(egress, tokens, programs));
}

/** What connectors are made with; JSON Schema and OpenAPI they get from the engine, which has them already. */
export function connectorServices(
  egress: Egress,
  tokens: TokenStore = createMemoryTokens(),
  programs: Programs = noPrograms(),
): ConnectorServices {
  return {
    ...{ egress, tokens, programs, consent: createConsentFlow({ egress }) },
    batches: createBatchCollector(),
    compileSchema: (schema) => {
      const check = compileSchema(schema);
      return (value) => check(value, checkSteps);
    },
    openApi,
  };
}

/** About 50 ms of computing at most: calls of others wait for it. */
const checkSteps = 1_000_000;

/** The serializer of `call: openapi`; what it refuses is the caller's fault here. */
const openApi: OpenApiReader = {
  writeRequest: (call) =>
    refusing('arguments', () => {
      const { headers, body, method, uri } = openApiRequest(call);
      return { method, uri, headers, ...(body === undefined ? {} : { body }) };
    }),
  findOperation: (document, id) => refusing('config.document', () => findOperation(document, id)),
  resolve: (document, value) => refusing('config.document', () => resolved(document, value)),
  serverOf: (document, servers, uri) =>
    refusing('config.document', () => serverOf(document, { servers }, uri)),
};

function refusing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new AppError('BAD_USER_INPUT', error.message, { path, cause: error });
  }
}
