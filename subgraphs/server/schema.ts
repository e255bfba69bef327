import { readFileSync } from 'node:fs';

import type { GraphQLSchema } from 'graphql';
import { deny } from './shield.ts';

import { boundAnswers } from './bound-answers.ts';
import { checkArguments } from './check-arguments.ts';
import { buildFederatedSchema } from './federated-schema.ts';
import { guardSchema, isRule } from './guard.ts';
import { signedIn } from './permissions.ts';
import type { FieldRules, PermissionMap, PermissionRule } from './permissions.ts';
import { noteWrites } from './note-writes.ts';
import { answerRefusals } from './refusals.ts';
import { dateTimeScalar, jsonScalar } from './scalars.ts';

/** What makes one subgraph: its contract, its resolvers and who may call them. */
export interface SubgraphParts {
  readonly name: string;
  /** SDL of the subgraph. */
  readonly typeDefs: string;
  /** Resolvers by type and field, of the generated type `Resolvers`. */
  readonly resolvers: object;
  readonly permissions: PermissionMap;
}

/** The contract of a subgraph as it stands in `schema/`. */
export function readTypeDefs(name: string): string {
  return readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8');
}

/** The executable schema: values and arguments checked next to the resolvers, guarded first, so that refusals of a guard are no business refusals. */
export function createSchema(parts: SubgraphParts, servesSdl: boolean): GraphQLSchema {
  const schema = buildFederatedSchema(parts.typeDefs, withScalars(parts));
  boundAnswers(schema);
  noteWrites(schema);
  checkArguments(schema);
  answerRefusals(schema);
  guardSchema(schema, withService(parts.permissions, servesSdl));
  return schema;
}

type ResolverMap = Parameters<typeof buildFederatedSchema>[1];

// The generated resolver types are checked against the SDL; this library only knows a loose map.
function withScalars({ typeDefs, resolvers }: SubgraphParts) {
  return {
    ...resolvers,
    ...(typeDefs.includes('scalar DateTime') ? { DateTime: dateTimeScalar } : {}),
    ...(typeDefs.includes('scalar JSON') ? { JSON: jsonScalar } : {}),
  } as ResolverMap;
}

const refused: PermissionRule = deny;

function fieldRules(rules: PermissionMap[string] | undefined): FieldRules {
  return rules === undefined || isRule(rules) ? {} : rules;
}

function withService(permissions: PermissionMap, servesSdl: boolean): PermissionMap {
  return {
    ...permissions,
    Query: { ...fieldRules(permissions['Query']), _service: servesSdl ? signedIn : refused },
  };
}
