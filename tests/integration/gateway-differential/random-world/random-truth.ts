import { Kind, parseType, type TypeNode } from 'graphql';

import type { TestResolver } from '../../../../gateway/testing/federated.ts';
import type { Random } from '../random.ts';
import type { Truth, WorldObject } from '../world.ts';
import {
  type Choices,
  type Model,
  type ModelField,
  type ModelType,
  namedType,
  ownersOf,
} from './model.ts';
import { concrete } from './write-sdl.ts';

const OBJECTS = 4;
const scalars: Readonly<Record<string, (random: Random) => unknown>> = {
  String: (random) => random.pick(['', 'plain', '"ü"\n', 'long text']),
  Int: (random) => random.between(-3, 99),
  Float: (random) => random.between(0, 9) + 0.25,
  Boolean: (random) => random.chance(50),
  State: (random) => random.pick(['NEW', 'OLD']),
  Any: (random) => random.pick<unknown>([7, 'any', [1, null], { deep: { x: true } }]),
};

/** Random data for a model, and how its fields read it. */
export function randomTruth(choices: Choices, model: Model): Truth {
  const objects = model.types.flatMap((type) => createObjects(choices, model, type));
  const fields: Record<string, Record<string, TestResolver>> = {};
  const computed: Record<string, Record<string, TestResolver>> = {};
  for (const type of model.types) {
    for (const field of type.fields) {
      if (field.isComputed)
        (computed[type.name] ??= {})[field.name] = (told) => JSON.stringify(told);
      else
        (fields[type.name] ??= {})[field.name] = (source, args) =>
          read(objects, source[field.name], args);
    }
    addRootFields(type, { objects, fields });
  }
  return { objects, fields, computed };
}

function createObjects(choices: Choices, model: Model, type: ModelType): WorldObject[] {
  return Array.from({ length: OBJECTS }, (_, index) => {
    const __typename = type.members[index % 2] ?? type.name;
    const id = `${type.name}${index}`;
    const object: WorldObject = {
      __typename,
      id,
      code: `code ${id}`,
      ref: { __typename: 'Ref', no: index },
      tag: index === 2 ? null : `tag ${id}`,
      [`only${__typename}`]: index,
    };
    for (const field of type.fields) {
      const random = choices.of(`value ${id} ${field.name}`);
      object[field.name] = createValue(parseType(field.type), { model, field, random });
    }
    return object;
  });
}

interface Making {
  readonly model: Model;
  readonly field: ModelField;
  readonly random: Random;
}

function createValue(type: TypeNode, making: Making): unknown {
  const { random, field } = making;
  if (field.isFailing && random.chance(25)) return { fails: `${field.name} fails` };
  if (type.kind === Kind.NON_NULL_TYPE) return createPresent(type.type, making);
  return random.chance(15) ? null : createPresent(type, making);
}

function createPresent(type: TypeNode, making: Making): unknown {
  const { random, model, field } = making;
  if (type.kind === Kind.LIST_TYPE) {
    return Array.from({ length: random.between(0, 3) }, () => createValue(type.type, making));
  }
  const name = namedType(field.type);
  const scalar = scalars[name];
  if (scalar !== undefined) return scalar(random);
  if (name === 'V') return { __typename: 'V', a: random.between(0, 5), b: 'b' };
  const [owner = ''] = ownersOf(field);
  return { to: `${random.pick(membersAt(model, name, owner))}${random.between(0, OBJECTS - 1)}` };
}

/** Types an object of which the subgraph can give; those of an interface are found by the interface's number. */
function membersAt(model: Model, name: string, home: string): string[] {
  if (model.types.some((type) => type.name === name)) return [name];
  const members = name === 'U' ? model.union : model.implementers;
  const isMember = (type: ModelType): boolean => {
    const own = type.homes.has(home) ? concrete(type, home) : [];
    return own.length > 0 && own.every((one) => members.includes(one));
  };
  return model.types.filter(isMember).map((type) => type.name);
}

function read(
  objects: readonly WorldObject[],
  value: unknown,
  { times }: Readonly<Record<string, unknown>>,
): unknown {
  if (typeof times === 'number') return read(objects, repeat(value, times), {});
  if (Array.isArray(value)) return value.map((item: unknown) => read(objects, item, {}));
  if (typeof value !== 'object' || value === null) return value;
  if ('fails' in value) return new Error(String(value.fails));
  return 'to' in value ? objects.find(({ id }) => id === value.to) : value;
}

/** What the argument of a field does to its value. */
function repeat(value: unknown, times: number): unknown {
  if (Array.isArray(value)) return value.slice(0, Math.max(0, times));
  if (typeof value === 'string') return `${value}*${times}`;
  return typeof value === 'number' ? value * times : value;
}

interface RootFields {
  readonly objects: readonly WorldObject[];
  readonly fields: Record<string, Record<string, TestResolver>>;
}

function addRootFields(type: ModelType, { objects, fields }: RootFields): void {
  const own = objects.filter(({ id }) => String(id).startsWith(type.name));
  const at = (index: unknown): WorldObject | null => own[Number(index ?? 0)] ?? null;
  const query = (fields['Query'] ??= {});
  const mutation = (fields['Mutation'] ??= {});
  for (const home of type.homes.keys()) {
    query[`all${type.name}_${home}`] = (_, { times }) =>
      own.slice(0, Math.max(0, Number(times ?? 1)));
    query[`one${type.name}_${home}`] = (_, { index }) => at(index);
    for (const field of type.fields) {
      mutation[`set_${field.name}_${type.name}_${home}`] = (_, { index, value }) => {
        const object = at(index);
        if (object !== null) object[field.name] = value;
        return object;
      };
    }
  }
}
