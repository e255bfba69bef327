import { withMessageId } from '../../kernel/agent-protocol.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What is asked of a skill. Agents have no word for which skill is meant, so that stands beside the message. */
export function sendParams(skillId: string, values: JsonObject, key: string): JsonObject {
  const { text, data, files, contextId, taskId } = values;
  const parts: readonly JsonObject[] = [
    ...(typeof text === 'string' ? [{ kind: 'text', text }] : []),
    ...(isJsonObject(data) ? [{ kind: 'data', data }] : []),
    ...objectsIn(files).map((file) => ({ kind: 'file', file })),
  ];
  const message = {
    ...{ kind: 'message', role: 'user', parts, metadata: { 'operandi/skill': skillId } },
    ...(typeof contextId === 'string' ? { contextId } : {}),
    ...(typeof taskId === 'string' ? { taskId } : {}),
  };
  // The answer comes at once; a task is looked at until it is over.
  return withMessageId({ message, configuration: { blocking: false } }, key);
}

/** What an agent made of a message: an answer, or a task that goes on. */
export interface AgentReply {
  readonly state: string;
  readonly parts: readonly JsonObject[];
  readonly contextId: string | undefined;
  readonly taskId: string | undefined;
}

/** Undefined for what is neither a message nor a task. */
export function replyIn(result: JsonObject): AgentReply | undefined {
  const { status, artifacts, parts, contextId, id, taskId } = result;
  if (Array.isArray(parts))
    return {
      ...{ state: 'completed', parts: objectsIn(parts as readonly JsonValue[]) },
      ...{ contextId: asId(contextId), taskId: asId(taskId) },
    };
  if (!isJsonObject(status) || typeof status['state'] !== 'string') return undefined;
  const made = objectsIn(artifacts).flatMap((artifact) => objectsIn(artifact['parts']));
  const { message } = status;
  const said = isJsonObject(message) ? objectsIn(message['parts']) : [];
  const isMade = status['state'] === 'completed' && made.length > 0;
  return {
    ...{ state: status['state'], parts: isMade ? made : said },
    ...{ contextId: asId(contextId), taskId: asId(id) },
  };
}

/** A reply as definitions read it. */
export function valueOf({ state, parts, contextId, taskId }: AgentReply): JsonObject {
  return {
    text: saidIn(parts),
    data: parts.flatMap(({ data }) => (isJsonObject(data) ? [data] : [])),
    files: parts.flatMap(({ file }) => (isJsonObject(file) ? [fileOf(file)] : [])),
    state,
    ...(contextId === undefined ? {} : { contextId }),
    ...(taskId === undefined ? {} : { taskId }),
  };
}

/** The texts of parts, a line for each. */
export function saidIn(parts: readonly JsonObject[]): string {
  return parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('\n');
}

function fileOf(file: JsonObject): JsonObject {
  const members = ['name', 'mimeType', 'uri', 'bytes'].flatMap((member) => {
    const value = file[member];
    return typeof value === 'string' ? [[member, value] as const] : [];
  });
  return Object.fromEntries(members);
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function asId(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
