import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';

import { type Random, randomFor } from './random.ts';
import type { World } from './world.ts';

/** The same world, with some of its fields and types not for everybody; equal seeds guard the same ones. */
export function guardWorld(world: World, seed: number): World {
  const guard = (sdl: string): string => {
    if (sdl.trim() === '') return sdl;
    return print(
      visit(parse(sdl), {
        ObjectTypeDefinition: (type) => ({
          ...type,
          directives: [...(type.directives ?? []), ...rulesFor(seed, type.name.value, 6)],
          fields: type.fields?.map((field) => guardField(seed, type.name.value, field)),
        }),
        EnumTypeDefinition: (type) => ({
          ...type,
          directives: [...(type.directives ?? []), ...rulesFor(seed, type.name.value, 15)],
        }),
      }),
    );
  };
  const subgraphs = Object.entries(world.subgraphs).map(
    ([name, sdl]) => [name, guard(sdl)] as const,
  );
  return { ...world, name: `${world.name}, guarded`, subgraphs: Object.fromEntries(subgraphs) };
}

function guardField(seed: number, type: string, field: FieldDefinitionNode): FieldDefinitionNode {
  const has = (directive: string) =>
    field.directives?.some(({ name }) => name.value === directive) === true;
  // What is computed needs the rules of what it is computed from: composition refuses the rest.
  if (has('requires') || has('external')) return field;
  const rules = rulesFor(seed, `${type}.${field.name.value}`, 20);
  return { ...field, directives: [...(field.directives ?? []), ...rules] };
}

/** A rule has to stand wherever a type or field is declared. */
function rulesFor(seed: number, coordinate: string, percent: number): ConstDirectiveNode[] {
  if (['Query', 'Mutation'].includes(coordinate)) return [];
  const random = randomFor(seed, `guard ${coordinate}`);
  return random.chance(percent) ? [randomRule(random)] : [];
}

function randomRule(random: Random): ConstDirectiveNode {
  if (random.chance(30)) return directive('@authenticated');
  const scopes = random.pick(['["a"]', '["b"]', '["a", "b"]', '["a"], ["b"]']);
  return directive(`@requiresScopes(scopes: [${scopes}])`);
}

function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`type T ${text} { f: Int }`, { noLocation: true }).definitions;
  const [node] = (definition?.kind === Kind.OBJECT_TYPE_DEFINITION && definition.directives) || [];
  if (node === undefined) throw new Error(`No directive: ${text}`);
  return node;
}
