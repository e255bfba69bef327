import { z } from 'zod';

import type { Settings } from '../../kernel/config/settings.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Egress } from '../egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../egress/policy.ts';
import { begin } from '../mcp/session.ts';
import type { Programs } from '../mcp/stdio/programs.ts';
import { startSession, type StdioSession } from '../mcp/stdio/stdio-session.ts';
import { parseRequest } from '../workflow-http/requests.ts';
import type { WorkflowCallContext } from '../workflow-http/workflow-http.ts';

/** Calls that a definition makes by itself of programs that the operator has set up. */
export interface WorkflowMcp {
  /** `{server, method, parameters, protocolVersion, client}` → the result. */
  call(request: JsonObject, context: WorkflowCallContext): Promise<JsonValue>;
}

const mcpRequest = z.object({
  server: z.string().min(1),
  method: z.string().min(1),
  parameters: z.record(z.string(), z.json()),
  protocolVersion: z.string(),
  client: z.object({ name: z.string(), version: z.string() }),
});

/** As of requests that jobs make by themselves. */
const maxQueued = 10_000;

interface Services {
  readonly egress: Egress;
  readonly programs: Programs;
  readonly limits: Settings['calls'];
}

/** A program for each call, which is gone afterwards: what one job has told it no other finds. */
export function createWorkflowMcp({ egress, programs, limits }: Services): WorkflowMcp {
  const { concurrency, timeoutMs } = limits;
  const policyOf = (tenantId: string, server: string): ConnectionPolicy => ({
    key: `${tenantId}/mcp/${server}`,
    name: server,
    limits: { ...defaultLimits, concurrency, maxQueued, maxAttempts: 1 },
  });
  return {
    async call(given, { tenantId, signal, isTimed = false }) {
      const request = parseRequest(mcpRequest, given);
      const { server, method, protocolVersion, client } = request;
      programs.find(server, tenantId);
      const { value } = await egress.converse<StdioSession, JsonObject>(
        policyOf(tenantId, server),
        {
          ...{ host: server, port: 0, isLocal: true, identity: newId(), isRepeatable: false },
          ...{ timeoutMs: isTimed ? Infinity : timeoutMs, deadlineAt: Infinity },
          open: (_place, opening) =>
            startSession(
              programs,
              { name: server, title: server, tenantId, token: undefined },
              opening,
            ),
          async work(session, mark) {
            const { maxResponseBytes: maxBytes } = defaultLimits;
            const quiet = session.rpc({ maxBytes, mayAct: false });
            await begin(quiet, { protocolVersion, clientInfo: client });
            mark.isSent = true;
            const rpc = session.rpc({ maxBytes, mayAct: true });
            const params = request.parameters as JsonObject;
            const { result } = await rpc.ask({ method, params, isSafe: false });
            session.close();
            return result;
          },
        },
        signal,
      );
      return value;
    },
  };
}
