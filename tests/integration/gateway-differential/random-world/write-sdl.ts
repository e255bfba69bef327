import { type Model, type ModelField, type ModelType, namedType } from './model.ts';
import { isFirstHome } from './random-model.ts';

/** The SDL of one subgraph of a model. */
export function writeSdl(model: Model, home: string): string {
  const texts = model.types.flatMap((type) => writeType(model, type, home));
  const names = model.types
    .filter((type) => type.homes.has(home))
    .flatMap((type) => concrete(type, home));
  const union = model.union.filter((name) => names.includes(name));
  const used = [
    ...model.types.flatMap(({ fields }) => fields.filter(({ declared }) => declared.has(home))),
    ...(model.roots.get(home) ?? []),
  ];
  const uses = (named: string): boolean => used.some(({ type }) => namedType(type) === named);
  return [
    ...texts,
    ...(uses('U') ? [`union U = ${union.join(' | ')}`] : []),
    ...(implementsHere(model, home) ? ['interface I { tag: String }'] : []),
    ...(uses('V') ? ['type V @shareable { a: Int b: String! }'] : []),
    ...(names.length > 0 ? ['type Ref @shareable { no: Int! }'] : []),
    ...(uses('State') ? ['enum State { NEW OLD }'] : []),
    ...(uses('Any') ? ['scalar Any'] : []),
    ...writeRoot('Query', model.roots.get(home)),
    ...writeRoot('Mutation', model.mutations.get(home)),
  ].join('\n');
}

/** Types of which a subgraph knows objects. */
export function concrete(type: ModelType, home: string): readonly string[] {
  if (type.members.length === 0) return [type.name];
  return isFirstHome(type, home) ? type.members : [];
}

function implementsHere(model: Model, home: string): boolean {
  return model.types.some((type) => type.homes.has(home) && model.implementers.includes(type.name));
}

function writeType(model: Model, type: ModelType, home: string): string[] {
  const keys = type.homes.get(home);
  if (keys === undefined) return [];
  const fields = type.fields.flatMap((field) => {
    const marks = field.declared.get(home);
    return marks === undefined
      ? []
      : [`${field.name}${field.args}: ${field.type} ${[...marks].join(' ')}`];
  });
  const isTagged = model.implementers.includes(type.name);
  const body = [
    ...keyFields(keys),
    ...(isTagged ? ['tag: String @shareable'] : []),
    ...fields,
  ].join('\n  ');
  const head = keys.join(' ');
  const plain = body.replaceAll(/@\w+(\([^)]*\))?/g, '');
  if (type.members.length === 0) {
    return [`type ${type.name} ${isTagged ? 'implements I ' : ''}${head} {\n  ${body}\n}`];
  }
  if (!isFirstHome(type, home))
    return [`type ${type.name} @interfaceObject ${head} {\n  ${body}\n}`];
  return [
    `interface ${type.name} ${head} {\n  ${plain}\n}`,
    ...type.members.map(
      (member) =>
        `type ${member} implements ${type.name} ${head} {\n  ${body}\n  only${member}: Int\n}`,
    ),
  ];
}

function keyFields(keys: readonly string[]): string[] {
  const text = keys.join(' ');
  return [
    ...(/[" ]id[" ]/.test(text) ? ['id: ID!'] : []),
    ...(/[" ]code[" ]/.test(text) ? ['code: String!'] : []),
    ...(text.includes('ref {') ? ['ref: Ref!'] : []),
  ];
}

function writeRoot(name: string, fields: readonly ModelField[] = []): string[] {
  if (fields.length === 0) return [];
  const lines = fields.map((field) => `${field.name}${field.args}: ${field.type}`);
  return [`type ${name} {\n  ${lines.join('\n  ')}\n}`];
}
