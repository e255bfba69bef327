import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { textOf } from '../parts/text-of.ts';
import type { LlmOperation } from './config.ts';

/** JSON Schema of what an operation is called with: what the model is to work on, as data of its user. */
export const argumentSchema: JsonObject = {
  type: 'object',
  properties: {
    input: { description: 'What the model works on; other values than texts go as JSON.' },
    messages: {
      type: 'array',
      description: 'What was said so far, the answers of tools included.',
      maxItems: 1000,
      items: {
        anyOf: [
          messageOf('user', { content: { type: 'string' } }),
          messageOf('assistant', { content: { type: 'string' } }),
          messageOf('assistant', {
            toolCalls: {
              type: 'array',
              items: {
                type: 'object',
                properties: { id: { type: 'string' }, name: { type: 'string' }, arguments: {} },
                required: ['id', 'name', 'arguments'],
                additionalProperties: false,
              },
            },
          }),
          messageOf('tool', { toolCallId: { type: 'string' }, content: {} }),
        ],
      },
    },
  },
  additionalProperties: false,
};

function messageOf(role: string, properties: JsonObject): JsonObject {
  return {
    type: 'object',
    properties: { role: { const: role }, ...properties },
    required: ['role', ...Object.keys(properties)],
    additionalProperties: false,
  };
}

/** The messages of a request: the author's instructions, then the conversation, then the input. */
export function messagesOf(
  { instructions }: LlmOperation,
  { messages, input }: JsonObject,
): readonly JsonObject[] {
  const said = Array.isArray(messages) ? (messages as readonly JsonValue[]) : [];
  const asked =
    input === undefined || input === null ? [] : [{ role: 'user', content: textOf(input) }];
  return [
    { role: 'system', content: instructions },
    ...said.filter(isJsonObject).map(toProvider),
    ...asked,
  ];
}

function toProvider(message: JsonObject): JsonObject {
  const { role = null, content = null, toolCallId, toolCalls } = message;
  if (role === 'tool') return { role, tool_call_id: toolCallId ?? null, content: textOf(content) };
  if (!Array.isArray(toolCalls)) return { role, content };
  const calls = (toolCalls as readonly JsonValue[]).filter(isJsonObject);
  return {
    ...{ role, content: null },
    tool_calls: calls.map(({ id = null, name = null, arguments: given = null }) => ({
      ...{ id, type: 'function' },
      function: { name, arguments: JSON.stringify(given) },
    })),
  };
}
