import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { CallContext } from '../connector.ts';
import type { Conversed, Egress } from '../egress/egress.ts';
import type { SentMark } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';
import { IntegrationError } from '../errors.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { digestOf, digestsOf } from './pinned-tools.ts';
import type { RpcAnswer } from '../json-rpc/rpc.ts';
import { openSession } from './session.ts';
import type { Programs } from './stdio/programs.ts';
import { startSession, type StdioSession } from './stdio/stdio-session.ts';
import { askedOf, changed } from './tool-result.ts';
import type { Owned, ToolCall, Tools } from './tools.ts';
import type { JsonObject } from '../../kernel/json.ts';

interface StdioServices {
  readonly egress: Egress;
  readonly programs: Programs;
}

/** A server that has said hello. */
interface Greeted extends Session {
  readonly program: StdioSession;
  readonly tools: readonly JsonObject[];
  readonly digests: ReadonlyMap<string, string>;
}

interface Talk<T> {
  readonly owned: Owned;
  readonly context: CallContext;
  readonly isRepeatable: boolean;
  readonly work: (session: Greeted, mark: SentMark) => Promise<T>;
}

/** The tools of programs of the operator, each started for one integration and credential, and used again for a minute. */
export function createStdioTools(services: StdioServices): Tools {
  return {
    async list(owned, context) {
      const work = ({ tools }: Greeted) => Promise.resolve(tools);
      return (await talk(services, { owned, context, isRepeatable: true, work })).value;
    },
    async call({ call, tool, context }) {
      const { maxResponseBytes } = call.config.limits;
      const isRepeatable = call.config.readOnly.includes(tool.name);
      const conversed = await talk(services, {
        ...{ owned: call, context, isRepeatable },
        async work(session, mark) {
          if (session.digests.get(tool.name) !== digestOf(tool)) throw changed(tool, context);
          mark.isSent = true;
          const bounds = { maxBytes: maxResponseBytes, mayAct: !isRepeatable };
          const answer = await askTool(session.program, { call, tool, context }, bounds);
          return { answer, secrets: session.program.secrets };
        },
      });
      const { attempts, durationMs } = conversed;
      const { answer, secrets } = conversed.value;
      const reader = { name: context.integrationName, secrets };
      return { reader, answer: { ...answer, attempts, durationMs } };
    },
  };
}

function askTool(
  session: StdioSession,
  { call, tool, context }: ToolCall,
  bounds: Parameters<StdioSession['rpc']>[0],
): Promise<RpcAnswer> {
  return session.rpc(bounds).ask({
    method: 'tools/call',
    params: askedOf(tool, call.arguments, context),
    isSafe: !bounds.mayAct,
  });
}

function talk<T>(
  { egress, programs }: StdioServices,
  { owned: { config, credential }, context, isRepeatable, work }: Talk<T>,
): Promise<Conversed<T>> {
  const { server: name = '', limits } = config;
  const { tenantId, integrationName: title, credentialVersion } = context;
  const token = tokenOf(programs, { config, credential }, context);
  const { maxResponseBytes: maxBytes } = limits;
  return egress.converse<Greeted, T>(
    connectionOf(limits, context),
    {
      ...{ host: name, port: 0, isLocal: true, isRepeatable, ...timesOf(limits, context) },
      identity: sha256Hex(JSON.stringify([name, token, credentialVersion])),
      async open(_place, signal) {
        const session = await startSession(programs, { name, tenantId, token, title }, signal);
        return await greet(session, { maxBytes, signal });
      },
      async work(session, mark) {
        session.program.busy();
        return await work(session, mark);
      },
    },
    context.signal,
  );
}

async function greet(
  session: StdioSession,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Greeted> {
  const leave = (): void => session.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    const { tools } = await openSession(session.rpc({ maxBytes, mayAct: false }));
    return {
      ...{ program: session, tools, digests: digestsOf(tools) },
      get isUsable() {
        return session.isUsable;
      },
      reset: () => session.reset(),
      close: leave,
    };
  } catch (error) {
    session.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The token of the credential, where the operator has named a variable for one. */
function tokenOf(
  programs: Programs,
  { config: { server = '' }, credential }: Owned,
  { tenantId, integrationName }: CallContext,
): string | undefined {
  const { tokenVariable } = programs.find(server, tenantId);
  if (credential === undefined || credential.type === 'none') return undefined;
  if (tokenVariable !== undefined && credential.type === 'bearer') return credential.token;
  const what = tokenVariable === undefined ? 'takes no credential' : 'takes a bearer token';
  throw new IntegrationError(`${integrationName} ${what}, as the operator has set it up`, {
    isRetryable: false,
  });
}
