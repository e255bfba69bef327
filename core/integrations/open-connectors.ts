import { createBatchCollector } from '../../connectors/batching.ts';
import type { Egress } from '../../connectors/egress/egress.ts';
import type { OpenApiCall, OpenApiRequest } from '../../connectors/ports.ts';
import { createConnectors } from '../../connectors/registry.ts';
import { openApiRequest } from '../../engine/calls/openapi/request.ts';
import { WorkflowError } from '../../engine/problem.ts';
import { compileSchema } from '../../engine/schema.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Connectors } from './connectors.ts';

/** All kinds over one way out; what the engine has already, JSON Schema and OpenAPI, they get from it. */
export function openConnectors(egress: Egress): Connectors {
  return createConnectors({
    egress,
    batches: createBatchCollector(),
    compileSchema: (schema) => {
      const check = compileSchema(schema);
      return (value) => check(value, checkSteps);
    },
    writeOpenApiRequest,
  });
}

/** About 50 ms of computing at most: calls of others wait for it. */
const checkSteps = 1_000_000;

function writeOpenApiRequest(call: OpenApiCall): OpenApiRequest {
  try {
    const { headers, body, method, uri } = openApiRequest(call);
    return { method, uri, headers, ...(body === undefined ? {} : { body }) };
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new AppError('BAD_USER_INPUT', error.message, { path: 'arguments', cause: error });
  }
}
