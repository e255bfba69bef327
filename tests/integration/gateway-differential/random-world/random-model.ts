import type { Random } from '../random.ts';
import {
  type Choices,
  type Model,
  type ModelField,
  type ModelType,
  namedType,
  ownersOf,
} from './model.ts';

const keysOf = ['id', 'code', 'id code', 'ref { no }'];
const leaves = ['String', 'Int', 'Float', 'Boolean', 'State', 'Any'];

/** Builds a random model; whether it composes is for composition to say. */
export function randomModel(choices: Choices): Model {
  const count = choices.of('subgraphs').between(2, 5);
  const subgraphs = Array.from({ length: count }, (_, index) => `s${index}`);
  const types = randomTypes(choices, subgraphs);
  const model: Model = {
    subgraphs,
    types,
    ...randomAbstracts(choices, types),
    roots: new Map(),
    mutations: new Map(),
  };
  for (const add of [
    addFields,
    shareSome,
    overrideSome,
    addProvides,
    addRequires,
    hideSome,
    addRoots,
  ]) {
    for (const type of types) add(choices, type, model);
  }
  return model;
}

function randomAbstracts(
  choices: Choices,
  types: readonly ModelType[],
): Pick<Model, 'union' | 'implementers'> {
  const members = types.flatMap((type) => type.members);
  const entities = types.filter((type) => type.members.length === 0).map(({ name }) => name);
  const union = choices.of('union');
  return {
    union: choices.has('unions')
      ? [...union.some(entities, 60, 1), ...union.some(members, 40)]
      : [],
    implementers: choices.has('interfaces') ? choices.of('interface').some(entities, 60, 2) : [],
  };
}

function randomTypes(choices: Choices, subgraphs: readonly string[]): ModelType[] {
  const count = choices.of('types').between(2, 4);
  const types = Array.from({ length: count }, (_, index) => {
    const name = `E${index}`;
    const own = choices.of(`homes ${name}`).some(subgraphs, 55, 1);
    return createType(choices, { name, own, members: [] });
  });
  if (!choices.has('interfaceObject')) return types;
  const own = choices.of('homes K').some(subgraphs, 65, 2);
  return [...types, createType(choices, { name: 'K', own, members: ['Ka', 'Kb'] })];
}

function createType(
  choices: Choices,
  from: { name: string; own: readonly string[]; members: readonly string[] },
): ModelType {
  const { name, own, members } = from;
  const isPlain = !choices.has('keys') || members.length > 0;
  const all = isPlain ? ['id'] : choices.of(`keys ${name}`).some(keysOf, 50, 1);
  const homes = own.map((home, index): [string, string[]] => {
    const keys = index === 0 ? all : choices.of(`keys ${name} ${home}`).some(all, 50, 1);
    return [home, keys.map((fields) => `@key(fields: "${fields}")`)];
  });
  return { name, homes: new Map(homes), fields: [], members };
}

function addFields(choices: Choices, type: ModelType, model: Model): void {
  const homes = [...type.homes.keys()].filter((home) => isResolvable(type, home));
  const count = choices.of(`fields ${type.name}`).between(3, 6);
  for (let index = 0; index < count; index++) {
    const name = `${type.name.toLowerCase()}f${index}`;
    const random = choices.of(`field ${name}`);
    const home = random.pick(homes);
    const isLeaf = random.chance(60);
    const named = isLeaf ? random.pick(leaves) : pickComposite(choices, model, random.next());
    if (!isLeaf) declareType(model, { named, home });
    const signature = randomSignature(choices, random, named);
    // A null that climbs in a subgraph takes with it what another field requires there.
    const mayFail = choices.has('errors') && !signature.type.endsWith('!');
    type.fields.push({
      name,
      ...signature,
      isLeaf,
      isFailing: mayFail && random.chance(15),
      declared: new Map([[home, new Set<string>()]]),
      isComputed: false,
    });
  }
}

function randomSignature(
  choices: Choices,
  random: Random,
  named: string,
): Pick<ModelField, 'type' | 'args'> {
  const isList = choices.has('lists') && random.chance(35);
  const list = random.pick(['[T!]', '[T]', '[[T]]', '[T!]']).replace('T', named);
  const mayRepeat = isList || named !== 'State';
  const hasArguments = mayRepeat && choices.has('arguments') && random.chance(30);
  return {
    type: `${isList ? list : named}${random.chance(20) ? '!' : ''}`,
    args: hasArguments ? '(times: Int = 2)' : '',
  };
}

function pickComposite(choices: Choices, model: Model, chance: number): string {
  const names = model.types.map(({ name }) => name);
  const all = [
    ...names,
    ...(choices.has('values') ? ['V'] : []),
    ...(model.union.length > 0 ? ['U'] : []),
    ...(model.implementers.length > 0 ? ['I'] : []),
  ];
  return all[Math.floor(chance * all.length)] ?? 'E0';
}

/** A subgraph that speaks of an entity declares it, at least by a key that others resolve. */
function declareType(model: Model, { named, home }: { named: string; home: string }): void {
  const type = model.types.find(({ name }) => name === named);
  if (type !== undefined) {
    if (type.homes.has(home)) return;
    const [first = []] = type.homes.values();
    const key = first[0] ?? '@key(fields: "id")';
    // An interface object cannot be a mere reference: it has to be resolved to know its type.
    type.homes.set(home, [
      type.members.length > 0 ? key : key.replace(')', ', resolvable: false)'),
    ]);
    return;
  }
  const members = named === 'U' ? model.union : named === 'I' ? model.implementers : [];
  const isKnown = model.types.some((one) => one.homes.has(home) && members.includes(one.name));
  const [first] = model.types.filter(({ name }) => members.includes(name));
  if (!isKnown && first !== undefined) declareType(model, { named: first.name, home });
}

export function isFirstHome(type: ModelType, home: string): boolean {
  return [...type.homes.keys()][0] === home;
}

/** Fields of interfaces have neither `@requires` nor `@provides`. */
function isFirstOfMany(type: ModelType, home: string): boolean {
  return type.members.length > 0 && isFirstHome(type, home);
}

function isResolvable(type: ModelType, home: string): boolean {
  return type.homes.get(home)?.some((key) => !key.includes('resolvable')) === true;
}

function shareSome(choices: Choices, type: ModelType): void {
  if (!choices.has('shareable')) return;
  for (const field of type.fields) {
    const random = choices.of(`shared ${field.name}`);
    const [owner = ''] = ownersOf(field);
    const others = [...type.homes.keys()].filter(
      (home) => home !== owner && isResolvable(type, home),
    );
    if (others.length === 0 || !field.isLeaf || !random.chance(20)) continue;
    field.declared.get(owner)?.add('@shareable');
    field.declared.set(random.pick(others), new Set(['@shareable']));
  }
}

function overrideSome(choices: Choices, type: ModelType): void {
  if (!choices.has('override') || type.members.length > 0) return;
  for (const field of type.fields) {
    const random = choices.of(`override ${field.name}`);
    const [owner = '', ...more] = ownersOf(field);
    const others = [...type.homes.keys()].filter(
      (home) => home !== owner && isResolvable(type, home),
    );
    if (others.length === 0 || more.length > 0 || !field.isLeaf || !random.chance(20)) continue;
    const label = random.chance(30) ? ', label: "percent(50)"' : '';
    field.declared.set(random.pick(others), new Set([`@override(from: "${owner}"${label})`]));
  }
}

function addProvides(choices: Choices, type: ModelType, model: Model): void {
  if (!choices.has('provides')) return;
  for (const field of type.fields) {
    const random = choices.of(`provides ${field.name}`);
    const [home = '', ...more] = ownersOf(field);
    if (more.length > 0 || isFirstOfMany(type, home) || !random.chance(50)) continue;
    const chosen = random.some(providable(model, field, home), 60, 1);
    if (chosen.length === 0) continue;
    for (const one of chosen) provide(one, home);
    const fields = chosen.map(({ name }) => name).join(' ');
    field.declared.get(home)?.add(`@provides(fields: "${fields}")`);
  }
}

function providable(model: Model, field: ModelField, home: string): ModelField[] {
  const target = model.types.find(({ name }) => name === namedType(field.type));
  if (target === undefined || isFirstOfMany(target, home)) return [];
  return target.fields.filter((one) => one !== field && mayBeProvided(one, home));
}

function mayBeProvided(field: ModelField, home: string): boolean {
  return field.isLeaf && field.args === '' && !field.declared.has(home) && !isOverridden(field);
}

/** Whoever resolves a field that is provided elsewhere shares it. */
function provide({ declared }: ModelField, home: string): void {
  for (const marks of declared.values()) if (!marks.has('@external')) marks.add('@shareable');
  declared.set(home, new Set(['@external']));
}

function isOverridden({ declared }: ModelField): boolean {
  return [...declared.values()].some((marks) =>
    [...marks].some((mark) => mark.includes('override')),
  );
}

function addRequires(choices: Choices, type: ModelType, model: Model): void {
  if (!choices.has('requires')) return;
  for (const home of type.homes.keys()) {
    const random = choices.of(`requires ${type.name} ${home}`);
    if (!isResolvable(type, home) || isFirstOfMany(type, home) || !random.chance(60)) continue;
    const candidates = type.fields.filter(
      (field) => mayBeRequired(field, home) && isPlannable(choices, type, field),
    );
    const sets = random.some(candidates, 50).flatMap((field) => {
      const args = field.args !== '' && random.chance(60) ? '(times: 3)' : '';
      const below = requiredBelow(model, field, home);
      if (below === undefined) return [];
      const marks = field.declared.get(home) ?? new Set();
      field.declared.set(home, marks.add('@external'));
      return [`${field.name}${args}${below}`];
    });
    if (sets.length > 0) type.fields.push(computedField(type, home, sets.join(' ')));
  }
}

function mayBeRequired(field: ModelField, home: string): boolean {
  return !field.isFailing && !isOverridden(field) && !ownersOf(field).includes(home);
}

/**
 * Plans of interface objects that require something are not all right yet, nor those of chains whose beginning a third
 * subgraph provides.
 */
function isPlannable(choices: Choices, type: ModelType, field: ModelField): boolean {
  return type.members.length === 0 && !(field.isComputed && choices.has('provides'));
}

function computedField({ name }: ModelType, home: string, required: string): ModelField {
  return {
    name: `${name.toLowerCase()}r${home}`,
    type: 'String',
    args: '',
    isLeaf: true,
    isFailing: false,
    declared: new Map([[home, new Set([`@requires(fields: "${required}")`])]]),
    isComputed: true,
  };
}

/** What is required below a field: nothing, part of a value or the key of an entity; undefined: not to be required. */
function requiredBelow(model: Model, field: ModelField, home: string): string | undefined {
  if (field.isLeaf) return '';
  const named = namedType(field.type);
  if (named === 'V') return ' { a }';
  const target = model.types.find(({ name }) => name === named);
  if (target === undefined || target.members.length > 0) return undefined;
  declareType(model, { named, home });
  const [key = ''] = target.homes.get(home) ?? [];
  const [, fields] = /fields: "([^"]*)"/.exec(key) ?? [];
  return fields && ` { ${fields} }`;
}

function hideSome(choices: Choices, type: ModelType): void {
  if (!choices.has('inaccessible')) return;
  for (const field of type.fields.slice(1)) {
    const [owner = ''] = ownersOf(field);
    const isHidden = field.isLeaf && choices.of(`hidden ${field.name}`).chance(10);
    if (isHidden && type.members.length === 0) field.declared.get(owner)?.add('@inaccessible');
  }
}

function addRoots(choices: Choices, type: ModelType, { roots, mutations }: Model): void {
  for (const home of type.homes.keys()) {
    const random = choices.of(`roots ${type.name} ${home}`);
    const root = (name: string, fieldType: string, args: string): ModelField => ({
      name: `${name}${type.name}_${home}`,
      type: fieldType,
      args,
      isLeaf: false,
      isFailing: false,
      declared: new Map(),
      isComputed: false,
    });
    const own = roots.get(home) ?? [];
    roots.set(home, own);
    if (random.chance(60)) own.push(root('all', `[${type.name}!]!`, '(times: Int = 2)'));
    if (random.chance(50) || own.length === 0) own.push(root('one', type.name, '(index: Int = 1)'));
    const changed = type.fields.find(
      (field) => field.type === 'Int' && ownersOf(field)[0] === home,
    );
    if (changed === undefined || !choices.has('mutations')) continue;
    const name = `set_${changed.name}_`;
    mutations.set(home, [
      ...(mutations.get(home) ?? []),
      root(name, type.name, '(index: Int = 0, value: Int!)'),
    ]);
  }
}
