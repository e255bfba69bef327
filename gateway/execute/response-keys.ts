import { type FieldNode, print } from 'graphql';

import type { TypeIndex } from '../supergraph/type-index.ts';

/**
 * The keys under which planned documents hold a client's fields. Every field that has an alias or could
 * have arguments gets one of its own: `@requires` selections of the planner would share the response key
 * otherwise, and one of the two would be lost.
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
  { isFieldName }: Pick<TypeIndex, 'isFieldName'>,
): ResponseKeys {
  const sources = new Map<FieldNode, string>();
  const aliases = new Map<string, string>();
  const clientKeys = new Map(Object.entries(standIns));

  const aliasOf = (node: FieldNode, key: string): string => {
    const name = node.name.value;
    const given = (node.arguments ?? []).map((argument) => print(argument)).join();
    const meaning = `${key} ${name}(${given})`;
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
      const source = key === node.name.value && !canHaveArguments ? key : aliasOf(node, key);
      sources.set(node, source);
      return source;
    },
    sourceOf: (node) => sources.get(node) ?? responseKey(node),
    clientKeys,
  };
}

function responseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}
