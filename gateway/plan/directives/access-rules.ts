import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind } from 'graphql';

import type { Identity } from '../../admit/identity.ts';
import { constOnly, directiveName, readFeatures } from '../../supergraph/features.ts';

/** What a caller needs for a field or type: alternatives of scopes, each a set that must be complete. */
export interface Requirement {
  readonly isAuthenticated: boolean;
  readonly scopes: readonly (readonly string[])[] | undefined;
  readonly policies: readonly (readonly string[])[] | undefined;
}

/** `@authenticated`, `@requiresScopes` and `@policy` of a supergraph, by `Type` and `Type.field`. */
export interface AccessRules {
  readonly isEmpty: boolean;
  of(coordinate: string): Requirement | undefined;
}

/** Reads the rules from the supergraph: the API schema has lost them. */
export function readAccessRules(supergraph: DocumentNode): AccessRules {
  const requirements = new Map<string, Requirement>();
  const features = readFeatures(supergraph);
  const authenticated = directiveName(features, 'authenticated');
  const requiresScopes = directiveName(features, 'requiresScopes');
  const policy = directiveName(features, 'policy');
  for (const definition of supergraph.definitions) {
    if (!('directives' in definition) || !('name' in definition)) continue;
    const type = definition.name.value;
    note(type, constOnly(definition.directives));
    const hasFields =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
    for (const field of hasFields ? (definition.fields ?? []) : []) {
      note(`${type}.${field.name.value}`, field.directives ?? []);
    }
  }
  return { isEmpty: requirements.size === 0, of: (coordinate) => requirements.get(coordinate) };

  function note(coordinate: string, directives: readonly ConstDirectiveNode[]): void {
    const scopes = namesOf(directives, requiresScopes, 'scopes');
    const policies = namesOf(directives, policy, 'policies');
    const isAuthenticated = directives.some(({ name }) => name.value === authenticated);
    if (isAuthenticated || scopes !== undefined || policies !== undefined) {
      requirements.set(coordinate, { isAuthenticated, scopes, policies });
    }
  }
}

function namesOf(
  directives: readonly ConstDirectiveNode[],
  directive: string | undefined,
  argument: string,
): string[][] | undefined {
  const found = directives.find(({ name }) => name.value === directive);
  const value = found?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value === undefined ? undefined : listOf(value).map((set) => listOf(set).map(textOf));
}

function listOf(value: ConstValueNode): readonly ConstValueNode[] {
  return value.kind === Kind.LIST ? value.values : [value];
}

function textOf(value: ConstValueNode): string {
  return value.kind === Kind.STRING ? value.value : '';
}

/** True when the caller meets every part of the requirement. */
export function isGranted(requirement: Requirement, identity: Identity): boolean {
  const needsLogin = requirement.isAuthenticated || requirement.scopes !== undefined;
  if (needsLogin && !identity.isAuthenticated) return false;
  return (
    hasOneOf(requirement.scopes, identity.scopes) &&
    hasOneOf(requirement.policies, identity.policies)
  );
}

function hasOneOf(
  alternatives: readonly (readonly string[])[] | undefined,
  held: readonly string[] = [],
): boolean {
  return (
    alternatives === undefined ||
    alternatives.some((set) => set.every((name) => held.includes(name)))
  );
}
