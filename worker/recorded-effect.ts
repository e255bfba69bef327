import { IntegrationError } from '../connectors/errors.ts';
import type { Effect, EffectLedger, EffectOutcome } from '../core/audit/effect-ledger.ts';
import type { CallRequest, EffectContext } from '../engine/host.ts';
import { WorkflowError } from '../engine/problem.ts';
import { hiddenText } from '../engine/redact.ts';
import { AppError } from '../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { outlast } from '../kernel/database/outlast.ts';
import type { CallSite } from './outside.ts';

/** Does what the job asks for, with a row of the audit log before and one after. */
export async function recorded(
  effects: EffectLedger,
  effect: Effect,
  work: () => Promise<JsonValue>,
): Promise<JsonValue> {
  await outlast(() => effects.intend(effect));
  let result: JsonValue;
  try {
    result = await work();
  } catch (error) {
    await outlast(() => effects.settle(effect, failureOf(error)));
    throw error;
  }
  await outlast(() => effects.settle(effect, { state: 'SUCCEEDED', status: statusOf(result) }));
  return result;
}

/** What the audit log says of a call that goes through no integration. */
export function effectOf(
  { kind, with: given }: CallRequest,
  { outsideKey: key, task }: EffectContext,
  { tenantId, jobId, worker, lineage, conceal = (text) => text }: CallSite,
): Effect {
  const about = { tenantId, jobId, worker, key, task, lineage };
  if (kind === 'process') {
    const form = ['container', 'script', 'shell'].find((each) => given[each] !== undefined);
    return {
      ...about,
      action: 'process.run',
      target: { kind: 'process', id: form ?? '' },
      data: {},
    };
  }
  if (kind === 'mcp') {
    const [id, method] = [given['server'], given['method']].map((text) =>
      typeof text === 'string' ? conceal(text) : '',
    );
    return {
      ...about,
      action: 'mcp.call',
      target: { kind: 'mcp-server', id: id ?? '' },
      data: { method: method ?? '' },
    };
  }
  const method = typeof given['method'] === 'string' ? { method: conceal(given['method']) } : {};
  return {
    ...about,
    action: `${kind}.call`,
    target: { kind: 'origin', id: originOf(given, conceal) },
    data: method,
  };
}

/** Host and port alone: paths and queries can carry secrets. */
function originOf(given: JsonObject, conceal: (text: string) => string): string {
  const text = given['uri'] ?? authorityOf(given['authentication']);
  if (typeof text !== 'string' || !URL.canParse(text)) return '';
  // As it was written: names of hosts are changed when they are read.
  const [written = ''] = /^[^/]*\/\/[^/?#]*/.exec(text) ?? [];
  return conceal(written) === written ? new URL(text).origin : hiddenText;
}

function authorityOf(authentication: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(authentication) || !isJsonObject(authentication['properties']))
    return undefined;
  const { authority } = authentication['properties'];
  return isJsonObject(authority) ? authority['uri'] : authority;
}

/** Nobody knows whether something broken off took effect; what was refused or answered did not, or said so. */
function failureOf(error: unknown): EffectOutcome {
  if (error instanceof IntegrationError)
    return { state: error.isOutcomeUnknown ? 'UNKNOWN' : 'FAILED', status: error.status };
  const isKnown = error instanceof AppError || error instanceof WorkflowError;
  return { state: isKnown ? 'FAILED' : 'UNKNOWN' };
}

/** HTTP status of an answer; undefined of what is none. */
export function statusOf(result: JsonValue): number | undefined {
  const status = isJsonObject(result) ? result['statusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}
