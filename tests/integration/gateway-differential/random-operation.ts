import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  OperationTypeNode,
} from 'graphql';

import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { createRandom, type Random } from './random.ts';

/** An operation with its variables. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: JsonObject;
}

/**
 * Writes a random operation on the schema, once for each way its conditions may turn out; equal seeds write
 * equal operations.
 */
export function randomOperations(
  schema: GraphQLSchema,
  seed: number,
  kind: OperationTypeNode = OperationTypeNode.QUERY,
): RandomOperation[] {
  const root = schema.getRootType(kind);
  if (!root) throw new Error(`No ${kind} type`);
  return new OperationWriter(schema, createRandom(seed)).write(kind, root);
}

const conditions: readonly JsonObject[] = [
  { yes: true },
  { yes: true, no: true },
  { yes: false, no: false },
  { yes: false, no: true },
];

interface Fragment {
  readonly name: string;
  readonly type: GraphQLCompositeType;
  text: string;
}

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #fragments: Fragment[] = [];
  readonly #variables: GraphQLArgument[] = [];

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  write(kind: OperationTypeNode, root: GraphQLCompositeType): RandomOperation[] {
    const body = kind === OperationTypeNode.MUTATION ? this.#serial(root) : this.#set(root, 4);
    const fragments = this.#fragments.map(
      ({ name, type, text }) => `fragment ${name} on ${type.name} { ${text} }`,
    );
    // Every variable must be used somewhere, or the document is not valid.
    const uses = '... @include(if: $yes) { __typename } ... @skip(if: $no) { __typename }';
    const definitions = this.#variables.map(({ type }, index) => `$v${index}: ${String(type)}`);
    const head = ['$yes: Boolean!', '$no: Boolean = false', ...definitions].join(', ');
    const query = `${kind}(${head}) { ${body} ${uses} } ${fragments.join(' ')}`;
    return conditions.map((given) => ({ query, variables: { ...given, ...this.#values() } }));
  }

  #values(): JsonObject {
    return Object.fromEntries(
      this.#variables.flatMap(({ type, defaultValue }, index): [string, JsonValue][] => {
        const { chance } = this.#random;
        if (isNonNullType(type) || !chance(30)) return [[`v${index}`, this.#value(type)]];
        // A variable that is left out gives an argument its default, and null does not.
        return defaultValue === undefined && chance(50) ? [[`v${index}`, null]] : [];
      }),
    );
  }

  /** Each mutation under a key of its own, so that all of them run. */
  #serial(root: GraphQLCompositeType): string {
    const fields = isUnionType(root) ? [] : Object.values(root.getFields());
    const texts = Array.from({ length: this.#random.between(1, 3) }, (_, index) => {
      const field = this.#random.pick(fields);
      return `m${index}: ${field.name}${this.#arguments(field)} ${this.#below(field, 4)}`;
    });
    return texts.join(' ');
  }

  #set(type: GraphQLCompositeType, depth: number): string {
    const count = this.#random.between(1, 4);
    return Array.from({ length: count }, () => this.#selection(type, depth)).join(' ');
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const { chance } = this.#random;
    if (chance(8)) return chance(30) ? 'kind: __typename' : '__typename';
    const isFragment = isUnionType(type) || chance(isAbstractType(type) ? 45 : 12);
    if (depth > 1 && isFragment) return this.#fragment(type, depth);
    return isUnionType(type) ? '__typename' : this.#field(type, depth);
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const { chance, pick } = this.#random;
    const known = this.#fragments.filter(
      (one) => one.text !== '' && this.#overlaps(one.type, type),
    );
    if (known.length > 0 && chance(15)) return `...${pick(known).name} ${this.#directives()}`;
    if (chance(5)) return `... ${this.#directives()} { ${this.#set(type, depth)} }`;
    const condition = pick(this.#conditionsFor(type));
    if (chance(70)) {
      return `... on ${condition.name} ${this.#directives()} { ${this.#set(condition, depth - 1)} }`;
    }
    const fragment: Fragment = { name: `F${this.#fragments.length}`, type: condition, text: '' };
    this.#fragments.push(fragment);
    fragment.text = this.#set(condition, depth - 1);
    return `...${fragment.name} ${this.#directives()}`;
  }

  #conditionsFor(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const all = Object.values(this.#schema.getTypeMap()).filter(isCompositeType);
    return all.filter((other) => !other.name.startsWith('__') && this.#overlaps(other, type));
  }

  #overlaps(one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
    const others = this.#possible(other);
    return this.#possible(one).some((type) => others.includes(type));
  }

  #possible(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
  }

  #directives(): string {
    const { chance, pick } = this.#random;
    if (!chance(22)) return '';
    const include = pick(['$yes', '$no', 'true', 'false']);
    const skip = pick(['$yes', '$no', 'false', 'true']);
    if (chance(15)) return `@include(if: ${include}) @skip(if: ${skip})`;
    return chance(50) ? `@include(if: ${include})` : `@skip(if: ${skip})`;
  }

  #field(type: Exclude<GraphQLCompositeType, { getTypes: unknown }>, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      ({ type: of }) => depth > 1 || !isCompositeType(getNamedType(of)),
    );
    if (fields.length === 0) return '__typename';
    const chosen = this.#random.pick(fields);
    const args = this.#arguments(chosen);
    const below = this.#below(chosen, depth);
    const key = this.#alias(chosen.name, args);
    return `${key}${chosen.name}${args} ${this.#directives()} ${below}`;
  }

  /** Keys tell arguments apart, and else collide now and then as they may. */
  #alias(name: string, args: string): string {
    const { chance, pick } = this.#random;
    if (args !== '') return `${name}_${args.replaceAll(/\W+/g, '_')}: `;
    return chance(10) ? `${pick(['a', 'b', 'id', 'name', name])}: ` : '';
  }

  #below(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    return isCompositeType(type) ? `{ ${this.#set(type, depth - 1)} }` : '';
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const texts = field.args.flatMap((argument) => this.#argument(argument));
    return texts.length === 0 ? '' : `(${texts.join(', ')})`;
  }

  #argument(argument: GraphQLArgument): string[] {
    const { chance } = this.#random;
    const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
    if (!isRequired && chance(50)) return [];
    const value = chance(35) ? this.#variable(argument) : this.#literal(argument.type);
    return [`${argument.name}: ${value}`];
  }

  #variable(argument: GraphQLArgument): string {
    return `$v${this.#variables.push(argument) - 1}`;
  }

  #literal(type: GraphQLInputType): string {
    return toLiteral(this.#value(type), type);
  }

  #value(type: GraphQLInputType): JsonValue {
    const { chance, between, pick } = this.#random;
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type)) {
      return Array.from({ length: between(0, 2) }, () => this.#value(type.ofType));
    }
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || chance(60),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type)]));
    }
    switch (type.name) {
      case 'Int':
        return between(0, 4);
      case 'Float':
        return between(0, 4) + 0.5;
      case 'Boolean':
        return chance(50);
      case 'ID':
        return String(between(0, 4));
      default:
        return pick(['', 'a "b"', 'ö', '3']);
    }
  }
}

function toLiteral(value: JsonValue, type: GraphQLInputType): string {
  if (isNonNullType(type)) return toLiteral(value, type.ofType);
  if (isListType(type) && Array.isArray(value)) {
    return `[${value.map((item: JsonValue) => toLiteral(item, type.ofType)).join(', ')}]`;
  }
  if (isEnumType(type) && typeof value === 'string') return value;
  if (!isInputObjectType(type) || !isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const own = value[field.name];
    return own === undefined ? [] : [`${field.name}: ${toLiteral(own, field.type)}`];
  });
  return `{${fields.join(', ')}}`;
}
