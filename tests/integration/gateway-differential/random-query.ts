import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isObjectType,
  isUnionType,
} from 'graphql';

import type { JsonObject } from '../../../kernel/json.ts';

/** A query with its variables. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: JsonObject;
}

const variables: JsonObject = { yes: true, no: false, one: 1 };

/** Writes a random query on the schema; equal seeds write equal queries. */
export function randomQuery(schema: GraphQLSchema, seed: number): RandomQuery {
  const random = createRandom(seed);
  const fragments: string[] = [];
  const root = schema.getQueryType();
  if (!root) throw new Error('No query type');
  const body = selectionSet(root, 4);
  // Every variable must be used somewhere, or the document is not valid.
  const uses = '... @include(if: $yes) { __typename } ... @skip(if: $no) { __typename }';
  const text = `{ ${uses} ${body} } ${fragments.join(' ')}`;
  const one = text.includes('$one') ? ', $one: Int! = 1' : '';
  return { query: `query($yes: Boolean!, $no: Boolean = false${one}) ${text}`, variables };

  function chance(percent: number): boolean {
    return random() * 100 < percent;
  }

  function pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('Nothing to pick from');
    return item;
  }

  function selectionSet(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + Math.floor(random() * 4);
    const selections = Array.from({ length: count }, () => selection(type, depth));
    const text = selections.filter((part) => part !== '').join(' ');
    return text === '' ? '__typename' : text;
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    if (chance(8)) return chance(30) ? 'kind: __typename' : '__typename';
    if (depth > 1 && (isUnionType(type) || chance(isAbstractType(type) ? 50 : 12))) {
      return fragment(type, depth);
    }
    return isUnionType(type) ? '__typename' : field(type, depth);
  }

  function fragment(type: GraphQLCompositeType, depth: number): string {
    const condition: GraphQLCompositeType = isAbstractType(type)
      ? pick<GraphQLObjectType>(schema.getPossibleTypes(type))
      : pick([type, ...(isObjectType(type) ? type.getInterfaces() : [])]);
    const body = selectionSet(condition, depth - 1);
    if (chance(70))
      return `... on ${condition.name} ${condition === type ? directive() : ''} { ${body} }`;
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${condition.name} { ${body} }`;
    return `...${name} ${directive()}`;
  }

  function directive(): string {
    if (!chance(25)) return '';
    return pick([
      '@include(if: $yes)',
      '@skip(if: $no)',
      '@include(if: $no)',
      '@skip(if: $yes)',
      '@skip(if: true)',
    ]);
  }

  function field(type: GraphQLCompositeType, depth: number): string {
    if (isUnionType(type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      ({ type: of }) => depth > 1 || !isCompositeType(getNamedType(of)),
    );
    if (fields.length === 0) return '__typename';
    const chosen = pick(fields);
    const named = getNamedType(chosen.type);
    const values = chosen.args.flatMap((argument) => argumentText(argument));
    const signature = values.map((value) => value.replaceAll(/\W+/g, '_')).join('');
    const alias = values.length > 0 || chance(15) ? `${chosen.name}_${signature}: ` : '';
    const args = values.length > 0 ? `(${values.join(', ')})` : '';
    const below = isCompositeType(named) ? ` { ${selectionSet(named, depth - 1)} }` : '';
    return `${alias}${chosen.name}${args} ${directive()}${below}`;
  }

  function argumentText(argument: GraphQLArgument): string[] {
    const isRequired = argument.type.toString().endsWith('!');
    if (!isRequired && chance(50)) return [];
    const named = getNamedType(argument.type);
    if (isEnumType(named)) return [`${argument.name}: ${pick(named.getValues()).name}`];
    return [`${argument.name}: ${valueText(named.name)}`];
  }

  function valueText(type: string): string {
    switch (type) {
      case 'Int':
        return pick(['0', '1', '3', '$one']);
      case 'Boolean':
        return pick(['true', 'false', '$yes']);
      default:
        return JSON.stringify(String(Math.floor(random() * 5)));
    }
  }
}

/** mulberry32: small, fast and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
