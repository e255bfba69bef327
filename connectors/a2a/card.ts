import { agentCardPath, agentServerIn, isSameOrigin } from '../../kernel/agent-protocol.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { CallContext } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { type LineServices, lineTo } from '../json-rpc/http-line.ts';
import type { RequestCredential } from '../parts/request-credential.ts';
import { describeFailure } from '../parts/response.ts';
import { uniqueName } from '../parts/unique-name.ts';
import type { A2aConfig, AgentSkill } from './config.ts';

/** A skill as definitions call it. */
export interface NamedSkill {
  readonly name: string;
  readonly skill: AgentSkill;
}

/** The skills of a configuration that are offered, by names of letters, digits and underscores. */
export function namedSkills({ card, skills }: A2aConfig): readonly NamedSkill[] {
  const taken = new Set<string>();
  return (card?.skills ?? [])
    .filter(({ id }) => skills === undefined || skills.includes(id))
    .map((skill) => ({ name: uniqueName(skill.id, taken), skill }));
}

/** Where messages go: where the configuration says, or the card. */
export function serverOf({ url, server, card }: A2aConfig): string {
  return server ?? card?.url ?? url;
}

interface Owned {
  readonly config: A2aConfig;
  readonly credential: RequestCredential | undefined;
}

/** The card that an agent shows now, with what of it is used here. The credential is shown to the origin alone that messages go to. */
export async function fetchCard(
  services: LineServices,
  { config, credential }: Owned,
  context: CallContext,
): Promise<JsonObject> {
  const { headers, limits } = config;
  const url = cardUrlOf(config);
  const isOwn = isSameOrigin(url, serverOf(config));
  const given = isOwn ? { headers, credential } : { headers: {}, credential: undefined };
  const line = lineTo(services, { url, limits, ...given }, context);
  const { egress, connection, authorization, signal } = line;
  const request = {
    ...{ method: 'GET', url, authorization, ...line.times() },
    headers: { accept: 'application/json', ...line.headers },
  };
  const response = await egress.request(connection, request, signal);
  const { status, attempts, body } = response;
  if (status !== 200) throw describeFailure(response, line.name, line.secrets);
  const card = cardIn(body.toString('utf8'));
  if (card === undefined)
    throw new IntegrationError(`${line.name} has no card of an agent at ${new URL(url).host}`, {
      ...{ status, attempts, isRetryable: false },
    });
  return pinned(card, config, context);
}

function cardUrlOf({ url }: A2aConfig): string {
  if (new URL(url).pathname.endsWith('.json')) return url;
  return `${url.endsWith('/') ? url.slice(0, -1) : url}${agentCardPath}`;
}

interface Found {
  readonly card: JsonObject;
  readonly name: string;
  readonly skills: readonly JsonValue[];
}

function cardIn(text: string): Found | undefined {
  try {
    const card = parseOutsideJson(text);
    if (!isJsonObject(card)) return undefined;
    const { name, skills } = card;
    if (typeof name !== 'string' || !Array.isArray(skills)) return undefined;
    return { card, name, skills: skills as readonly JsonValue[] };
  } catch {
    return undefined;
  }
}

function pinned(
  { card, name, skills }: Found,
  config: A2aConfig,
  { integrationName }: CallContext,
): JsonObject {
  const server = agentServerIn(card);
  if (config.server === undefined) requireOwn(server, config, integrationName);
  return {
    name: cutText(name, 200),
    ...describedBy(card),
    ...(server === undefined || config.server !== undefined ? {} : { url: server }),
    ...modesOf(card, 'defaultInputModes'),
    ...modesOf(card, 'defaultOutputModes'),
    skills: skills.filter(isJsonObject).flatMap((skill) => pinnedSkill(skill, config)),
  };
}

function requireOwn(server: string | undefined, { url }: A2aConfig, name: string): void {
  if (server !== undefined && isSameOrigin(server, url)) return;
  const said =
    server === undefined
      ? 'names no server that speaks JSON-RPC'
      : `names a server of another origin, ${cutText(new URL(server).host, 100)}`;
  throw new IntegrationError(`the card of ${name} ${said}; say in \`server\` where it is`, {
    isRetryable: false,
  });
}

function pinnedSkill(skill: JsonObject, { skills }: A2aConfig): readonly JsonObject[] {
  const { id, name } = skill;
  if (typeof id !== 'string' || id === '' || id.length > 200) return [];
  if (skills !== undefined && !skills.includes(id)) return [];
  return [
    {
      id,
      ...(typeof name === 'string' ? { name: cutText(name, 200) } : {}),
      ...describedBy(skill),
      ...modesOf(skill, 'inputModes'),
      ...modesOf(skill, 'outputModes'),
    },
  ];
}

function describedBy({ description }: JsonObject): JsonObject {
  return typeof description === 'string' ? { description: cutText(description, 4000) } : {};
}

function modesOf(part: JsonObject, member: string): JsonObject {
  const value = part[member];
  if (!Array.isArray(value)) return {};
  const texts = (value as readonly JsonValue[]).filter((mode) => typeof mode === 'string');
  const usable = texts.filter((mode) => mode !== '' && mode.length <= 200).slice(0, 50);
  return { [member]: usable };
}
