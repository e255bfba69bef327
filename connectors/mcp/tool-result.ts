import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { CallContext, CallResult } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { check } from '../parts/check-arguments.ts';
import type { CompileSchema } from '../ports.ts';
import type { McpTool } from './config.ts';
import { hide, type RpcAnswer, type RpcReader } from '../json-rpc/rpc.ts';

/** The error of a tool that is another than the one that was looked at. */
export function changed(
  { name }: McpTool,
  { integrationName }: Pick<CallContext, 'integrationName'>,
): IntegrationError {
  return new IntegrationError(
    `${integrationName} has changed its tool ${cutText(name, 64)} since it was looked at; look at it and discover it again`,
    { isRetryable: false, attempts: 0 },
  );
}

/** What is asked of a tool: its arguments without those that are null, and the key of the call. */
export function askedOf(
  { name }: McpTool,
  values: JsonObject,
  { idempotencyKey }: Pick<CallContext, 'idempotencyKey'>,
): JsonObject {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  const key = idempotencyKey === undefined ? {} : { 'operandi/idempotency-key': idempotencyKey };
  return { name, arguments: Object.fromEntries(given), _meta: key };
}

interface Answered {
  readonly reader: RpcReader;
  readonly tool: McpTool;
  readonly answer: RpcAnswer;
}

/** What a tool says is data; an error that it tells of fails the call. */
export function resultOf(
  compileSchema: CompileSchema,
  { reader, tool, answer: { result, status, attempts, durationMs } }: Answered,
): CallResult {
  const { content = [], structuredContent, isError } = result;
  if (isError === true) throw toolError(reader, { content, status, attempts });
  const fault = faultOf(compileSchema, tool, structuredContent);
  if (fault !== undefined)
    throw new IntegrationError(
      `${reader.name} answered ${tool.name} with something else than it says: ${fault}`,
      {
        ...{ status, attempts, isRetryable: false },
      },
    );
  const structured = structuredContent === undefined ? {} : { structured: structuredContent };
  const value = { content, ...structured };
  return { value, status, attempts, durationMs, batch: undefined };
}

function faultOf(
  compileSchema: CompileSchema,
  { outputSchema }: McpTool,
  structured: JsonValue | undefined,
): string | undefined {
  if (outputSchema === undefined) return undefined;
  if (structured === undefined) return 'nothing structured';
  const [fault] = check(compileSchema, outputSchema, structured);
  return fault === undefined ? undefined : cutText(`${fault.path} ${fault.message}`, 300);
}

interface Failed {
  readonly content: JsonValue;
  readonly status: number | undefined;
  readonly attempts: number;
}

function toolError(reader: RpcReader, { content, status, attempts }: Failed): IntegrationError {
  const parts = Array.isArray(content) ? (content as readonly JsonValue[]) : [];
  const texts = parts.flatMap((part) =>
    isJsonObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  const text = hide(reader, texts.join(' '));
  return new IntegrationError(`${reader.name} answered with an error: ${cutText(text, 300)}`, {
    ...{ status, attempts, isRetryable: false },
    answer: {
      ...(status === undefined ? {} : { statusCode: status, headers: {} }),
      content: cutText(text, 16_000),
    },
  });
}
