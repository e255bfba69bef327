import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext, TypedCall } from '../connector.ts';
import type { RequestCredential } from '../parts/request-credential.ts';
import type { McpConfig, McpTool } from './config.ts';
import type { RpcAnswer, RpcReader } from '../json-rpc/rpc.ts';

export type Owned = Pick<TypedCall<McpConfig, RequestCredential>, 'config' | 'credential'>;

/** A call of a tool, as somebody has looked at it. */
export interface ToolCall {
  readonly call: TypedCall<McpConfig, RequestCredential>;
  readonly tool: McpTool;
  readonly context: CallContext;
}

/** The tools of servers that are reached in one way. */
export interface Tools {
  list(owned: Owned, context: CallContext): Promise<readonly JsonObject[]>;
  /** Throws where the server has another tool of the name. */
  call(called: ToolCall): Promise<{ readonly reader: RpcReader; readonly answer: RpcAnswer }>;
}
