import { execute, type GraphQLSchema, parse, validate } from 'graphql';

import { anonymous, type Identity } from '../../../gateway/admit/identity.ts';
import type { JsonValue } from '../../../kernel/json.ts';
import type { RandomOperation } from './random-operation.ts';
import { type RunningWorld, stateOf } from './run-world.ts';

/** Both answers to one operation, where they differ. */
export interface Difference {
  readonly expected: string;
  readonly given: string;
}

export function isValid(schema: GraphQLSchema, { query }: RandomOperation): boolean {
  return validate(schema, parse(query)).length === 0;
}

/** Runs an operation on both graphs; undefined when they answer the same and are left the same. */
export async function compare(
  world: RunningWorld,
  operation: RandomOperation,
): Promise<Difference | undefined> {
  const expected = JSON.stringify(
    await execute({
      schema: world.merged,
      document: parse(operation.query),
      variableValues: operation.variables,
    }),
  );
  const given = await ask(world, operation);
  if (expected === given && !expected.startsWith('{"errors"')) return compareStates(world);
  const isSame = areSame(JSON.parse(expected) as Answer, JSON.parse(given) as Answer);
  return isSame ? compareStates(world) : { expected, given };
}

/** The answer of the gateway as text. */
export async function ask(
  { graph }: RunningWorld,
  { query, variables }: RandomOperation,
  identity: Identity = anonymous,
): Promise<string> {
  try {
    const prepared = await graph.prepare({ query }, identity);
    const answer = await prepared.execute({
      variables,
      identity,
      headers: {},
      signal: AbortSignal.timeout(20_000),
      requestId: 'differential',
    });
    return answer.body;
  } catch (error) {
    return JSON.stringify({ thrown: String(error) });
  }
}

function compareStates({ truths }: RunningWorld): Difference | undefined {
  const expected = stateOf(truths.merged);
  const given = stateOf(truths.split);
  return expected === given ? undefined : { expected, given };
}

interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

interface Answer {
  readonly data?: JsonValue;
  readonly errors?: readonly AnswerError[];
}

/**
 * The same data, and the same errors at the same paths. Below a null that has climbed one error is enough:
 * one server stops at the first, subgraphs that work side by side may each report theirs.
 */
function areSame(expected: Answer, given: Answer): boolean {
  if (JSON.stringify(expected.data) !== JSON.stringify(given.data)) return false;
  const wanted = new Set((expected.errors ?? []).map((error) => placeOf(error, expected.data)));
  const found = new Set((given.errors ?? []).map((error) => placeOf(error, expected.data)));
  return wanted.symmetricDifference(found).size === 0;
}

/** Where an error shows: its own path, or the null above it. */
function placeOf(error: AnswerError, data: JsonValue | undefined): string {
  const { message, path = [] } = error;
  let current = data;
  for (const [index, key] of path.entries()) {
    if (current === null || current === undefined) return JSON.stringify(path.slice(0, index));
    current = (current as Readonly<Record<string | number, JsonValue>>)[key];
  }
  return JSON.stringify([path, message]);
}
