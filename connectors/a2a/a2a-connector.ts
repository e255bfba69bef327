import { agentStatusOf } from '../../kernel/agent-protocol.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import { type LineServices, lineTo, overHttp } from '../json-rpc/http-line.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { timesOf } from '../parts/limits.ts';
import {
  type RequestCredential,
  requestCredentialSchema as credentialSchema,
} from '../parts/request-credential.ts';
import { headerSecrets } from '../parts/secret-headers.ts';
import type { CompileSchema } from '../ports.ts';
import { fetchCard, namedSkills, serverOf } from './card.ts';
import { type A2aConfig, type AgentSkill, configSchema } from './config.ts';
import { sendParams } from './message.ts';
import { argumentSchema, resultSchema } from './schemas.ts';
import { tellAgent } from './task.ts';

interface A2aServices extends LineServices {
  readonly compileSchema: CompileSchema;
}

/** Kind `a2a`: operations are the skills of an agent that speaks the Agent2Agent protocol, by its card. */
export function createA2aConnector(services: A2aServices): Connector {
  return defineConnector<A2aConfig, RequestCredential>({
    kind: 'a2a',
    description:
      'An agent that speaks the Agent2Agent protocol over JSON-RPC: the skills of its card, and its tasks to their end.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    consent: services.consent,
    problems: cardProblems,
    destinationOf: (config) => new URL(serverOf(config)).origin,
    operations: (config) =>
      namedSkills(config).map(({ name, skill }) => ({
        name,
        description: skill.description ?? skill.name,
        arguments: argumentSchema(config.card, skill),
        result: resultSchema(),
        isBatched: false,
      })),
    async invoke(call, context) {
      const found = namedSkills(call.config).find(({ name }) => name === call.operation);
      if (found === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      const { skill } = found;
      const schema = argumentSchema(call.config.card, skill);
      checkArguments(services.compileSchema, schema, call.arguments);
      return await callSkill(services, { call, skill, context });
    },
    async testConnection(config, credential, context) {
      const startedAt = performance.now();
      const { skills } = await fetchCard(services, { config, credential }, context);
      const count = Array.isArray(skills) ? (skills as readonly JsonValue[]).length : 0;
      const durationMs = Math.round(performance.now() - startedAt);
      return { isReachable: true, message: `has ${String(count)} skills`, durationMs };
    },
    async discover(config, credential, context) {
      return { card: await fetchCard(services, { config, credential }, context) };
    },
  });
}

/** A card may not lead the credential to another origin than the agent's. */
function cardProblems({ url, server, card }: A2aConfig) {
  const known = card?.skills.map(({ id }) => id);
  if (known !== undefined && new Set(known).size < known.length)
    return [{ field: 'card.skills', message: 'two of them have the same id' }];
  if (server !== undefined || card?.url === undefined) return [];
  if (new URL(card.url).origin === new URL(url).origin) return [];
  const message = 'another origin than that of `url`; say in `server` that messages go there';
  return [{ field: 'card.url', message }];
}

interface Called {
  readonly call: TypedCall<A2aConfig, RequestCredential>;
  readonly skill: AgentSkill;
  readonly context: CallContext;
}

async function callSkill(
  services: A2aServices,
  { call: { config, credential, arguments: values }, skill, context }: Called,
): Promise<CallResult> {
  const { headers, limits, maxTaskMs, pollMs } = config;
  const startedAt = performance.now();
  const end = { url: serverOf(config), headers, limits, credential, statusOf: agentStatusOf };
  const line = lineTo(services, end, context);
  const { idempotencyKey = newId() } = context;
  const isSafe = config.readOnly.includes(skill.id);
  const told = await tellAgent({
    ...{ rpc: overHttp(line), reader: line, isSafe, pollMs, signal: context.signal },
    params: sendParams(skill.id, values, idempotencyKey),
    headers: { 'idempotency-key': idempotencyKey },
    isRepeatable: isSafe || config.repeats === 'detected',
    keepsQuestions: config.questions === 'keep',
    endsAt: Math.min(startedAt + maxTaskMs, timesOf(limits, context).deadlineAt),
  });
  const durationMs = Math.round(performance.now() - startedAt);
  return { ...told, durationMs, batch: undefined };
}
