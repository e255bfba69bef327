import { type FieldNode, print } from 'graphql';

import type { TypeIndex } from '../supergraph/type-index.ts';

/**
 * The keys under which planned documents hold a client's fields. A field that has an alias or could have arguments
 * gets one of its own where a plan may add a field with its response key: the two would share the key otherwise, and
 * one would be lost. All others keep the key that the client chose.
 */
export interface ResponseKeys {
  /** Chooses the key when a document is written; equal fields get equal keys. */
  assign(node: FieldNode, canHaveArguments: boolean): string;
  /** The key of a field that was written; its plain response key if it was not. */
  sourceOf(node: FieldNode): string;
  /** Planned key → client key, for error paths. */
  readonly clientKeys: ReadonlyMap<string, string>;
}

/** `standIns` are keys of the data that no client has asked for, with the fields they hold; real fields keep theirs. */
export function createResponseKeys(
  standIns: Readonly<Record<string, string>>,
  { isFieldName, mayBeAdded }: Pick<TypeIndex, 'isFieldName' | 'mayBeAdded'>,
): ResponseKeys {
  const sources = new Map<FieldNode, string>();
  const aliases = new Map<string, string>();
  const clientKeys = new Map(Object.entries(standIns));

  const kept = new Map<string, string>();

  /** Under one key a document has fields of one meaning only, as nothing else is sure to stay apart in all plans. */
  const mayKeep = (node: FieldNode, key: string): boolean => {
    const isOther = key !== node.name.value;
    if (mayBeAdded(key) || clientKeys.has(key) || looksMade(key) || (isOther && isFieldName(key)))
      return false;
    const meaning = meaningOf(node);
    const first = kept.get(key) ?? meaning;
    kept.set(key, first);
    return first === meaning;
  };
  const aliasOf = (node: FieldNode, key: string): string => {
    const name = node.name.value;
    const meaning = `${key} ${meaningOf(node)}`;
    const known = aliases.get(meaning);
    if (known !== undefined) return known;
    const alias = freeName(name);
    aliases.set(meaning, alias);
    clientKeys.set(alias, key);
    return alias;
  };
  const freeName = (name: string): string => {
    let number = aliases.size;
    while (isFieldName(`${name}__${number}`) || clientKeys.has(`${name}__${number}`)) number++;
    return `${name}__${number}`;
  };
  return {
    assign: (node, canHaveArguments) => {
      const key = responseKey(node);
      const isPlain = key === node.name.value && !canHaveArguments;
      const source = isPlain || mayKeep(node, key) ? key : aliasOf(node, key);
      sources.set(node, source);
      return source;
    },
    sourceOf: (node) => sources.get(node) ?? responseKey(node),
    clientKeys,
  };
}

/** As keys are that were made here. */
function looksMade(key: string): boolean {
  return /__\d+$/.test(key);
}

function meaningOf({ name, arguments: given = [] }: FieldNode): string {
  return `${name.value}(${given.map((argument) => print(argument)).join()})`;
}

function responseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}
