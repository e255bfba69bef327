import type { JsonObject } from '../../kernel/json.ts';
import type { AgentCard, AgentSkill } from './config.ts';

/** What parts of a message may hold, by the media types of a skill. */
interface Content {
  readonly hasText: boolean;
  readonly hasData: boolean;
  readonly hasFiles: boolean;
}

const id = { type: 'string', minLength: 1, maxLength: 1000 };

const file = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    mimeType: { type: 'string' },
    uri: { type: 'string', description: 'Where it is.' },
    bytes: { type: 'string', description: 'The file itself, in base64.' },
  },
};

/** JSON Schema of what goes to a skill: at least one of the contents that it takes. */
export function argumentSchema(card: AgentCard | undefined, skill: AgentSkill): JsonObject {
  const contents = {
    text: { type: 'string', description: 'What is said to the agent.' },
    data: { type: 'object', description: 'The same as data.' },
    files: {
      ...{ type: 'array', maxItems: 100 },
      items: {
        ...{ ...file, additionalProperties: false },
        oneOf: [{ required: ['uri'] }, { required: ['bytes'] }],
      },
    },
  };
  const taken = membersOf(contents, contentOf(skill.inputModes ?? card?.defaultInputModes));
  return {
    type: 'object',
    properties: {
      ...taken,
      contextId: { ...id, description: 'The conversation that it belongs to.' },
      taskId: { ...id, description: 'The task of the agent that it is for.' },
    },
    anyOf: Object.keys(taken).map((name) => ({ required: [name] })),
    additionalProperties: false,
  };
}

/** JSON Schema of what comes; an agent may give more than its card says, which is handed on. */
export function resultSchema(): JsonObject {
  return {
    type: 'object',
    properties: {
      text: { type: 'string', description: 'All that it said, a line for each part.' },
      data: { type: 'array', items: { type: 'object' } },
      files: { type: 'array', items: file },
      state: { enum: ['completed', 'input-required'] },
      contextId: { type: 'string' },
      taskId: { type: 'string' },
    },
    required: ['text', 'data', 'files', 'state'],
    additionalProperties: false,
  };
}

/** Media types, of which a skill that names none takes everything. */
function contentOf(modes: readonly string[] = []): Content {
  const isText = (mode: string): boolean => mode === 'text' || mode.startsWith('text/');
  const isData = (mode: string): boolean =>
    mode === 'data' || /^application\/(?:.+\+)?json/u.test(mode);
  const isAll = modes.length === 0 || modes.includes('*/*');
  return {
    hasText: isAll || modes.some(isText),
    hasData: isAll || modes.some(isData),
    hasFiles: isAll || modes.some((mode) => !isText(mode) && !isData(mode)),
  };
}

function membersOf(
  { text, data, files }: Readonly<Record<'text' | 'data' | 'files', JsonObject>>,
  { hasText, hasData, hasFiles }: Content,
): Readonly<Record<string, JsonObject>> {
  return {
    ...(hasText ? { text } : {}),
    ...(hasData ? { data } : {}),
    ...(hasFiles ? { files } : {}),
  };
}
