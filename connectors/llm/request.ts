import type { JsonObject } from '../../kernel/json.ts';
import { eventStream } from '../../kernel/server-events.ts';
import type { LlmOperation } from './config.ts';

/** What a provider is asked for. */
export function requestOf(operation: LlmOperation, messages: readonly JsonObject[]): JsonObject {
  const { model, output, tools, maxOutputTokens, temperature, name, stream } = operation;
  const format = {
    type: 'json_schema',
    json_schema: { name, schema: output ?? null, strict: true },
  };
  return {
    ...{ model, messages, stream },
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    ...(output === undefined ? {} : { response_format: format }),
    ...(maxOutputTokens === undefined ? {} : { max_completion_tokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name: tool, description, arguments: parameters }) => ({
            type: 'function',
            function: {
              name: tool,
              ...(description === undefined ? {} : { description }),
              parameters,
            },
          })),
        }),
  };
}

/** What a provider may answer with. */
export function acceptedBy({ stream }: LlmOperation): string {
  return stream ? `${eventStream}, application/json` : 'application/json';
}
