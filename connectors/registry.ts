import type { BatchCollector } from './batching.ts';
import type { ConsentFlow } from './consent.ts';
import type { Connector } from './connector.ts';
import type { Egress } from './egress/egress.ts';
import { createA2aConnector } from './a2a/a2a-connector.ts';
import { createAsyncApiConnector } from './asyncapi/asyncapi-connector.ts';
import { createGraphqlConnector } from './graphql/graphql-connector.ts';
import { createGrpcConnector } from './grpc/grpc-connector.ts';
import { createHttpConnector } from './http/http-connector.ts';
import { createLlmConnector } from './llm/llm-connector.ts';
import { createMcpConnector } from './mcp/mcp-connector.ts';
import type { Programs } from './mcp/stdio/programs.ts';
import { createOpenApiConnector } from './openapi/openapi-connector.ts';
import { createS3Connector } from './s3/s3-connector.ts';
import { createSlackConnector } from './slack/slack-connector.ts';
import { createSmtpConnector } from './smtp/smtp-connector.ts';
import { createSqlConnector } from './sql/sql-connector.ts';
import type { Refresh } from './parts/consent-flow.ts';
import type { CompileSchema, OpenApiReader, TokenStore } from './ports.ts';

/** What connectors share within a process. */
export interface ConnectorServices {
  readonly egress: Egress;
  readonly batches: BatchCollector;
  readonly compileSchema: CompileSchema;
  readonly openApi: OpenApiReader;
  readonly tokens: TokenStore;
  readonly consent: ConsentFlow & Refresh;
  readonly programs: Programs;
}

/** The one list of kinds: what is in it can be configured, shown, tested and called, and nowhere else is a kind named. */
const kinds: readonly ((services: ConnectorServices) => Connector)[] = [
  createHttpConnector,
  createGraphqlConnector,
  createOpenApiConnector,
  createGrpcConnector,
  createAsyncApiConnector,
  createSqlConnector,
  createSmtpConnector,
  createS3Connector,
  createSlackConnector,
  createLlmConnector,
  createMcpConnector,
  createA2aConnector,
];

/** Every kind of integration that this process can call. */
export function createConnectors(services: ConnectorServices): ReadonlyMap<string, Connector> {
  const connectors = kinds.map((create) => create(services));
  return new Map(connectors.map((connector) => [connector.kind, connector]));
}
