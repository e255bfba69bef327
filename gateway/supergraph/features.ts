import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql';

/** A specification that a supergraph links to (https://specs.apollo.dev/link/v1.0). */
export interface Feature {
  readonly url: string;
  /** The URL without its version: what the feature is, whatever it is called here. */
  readonly identity: string;
  readonly purpose: string | undefined;
  /** Prefix of its elements in this document. */
  readonly name: string;
  /** Name in the specification → name in this document. */
  readonly imports: ReadonlyMap<string, string>;
}

const apollo = 'https://specs.apollo.dev';

/** Reads `@link` and its forerunner `@core`, under whichever name the document applies them. */
export function readFeatures(supergraph: DocumentNode): readonly Feature[] {
  return supergraph.definitions
    .filter(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => ('directives' in node ? constOnly(node.directives) : []))
    .flatMap((directive) => readFeature(directive) ?? []);
}

/**
 * How a directive of an Apollo specification is called in this document: a subgraph may import it
 * under another name or not at all, and a rule that is looked up by its usual name would not be found.
 * Undefined when another specification has taken the name.
 */
export function directiveName(
  features: readonly Feature[],
  spec: string,
  directive: string = spec,
): string | undefined {
  const feature = features.find(({ identity }) => identity === `${apollo}/${spec}`);
  if (feature === undefined) {
    const isTaken = features.some(({ imports }) => [...imports.values()].includes(`@${directive}`));
    return isTaken ? undefined : directive;
  }
  const imported = feature.imports.get(`@${directive}`);
  if (imported !== undefined) return imported.slice(1);
  return directive === spec ? feature.name : `${feature.name}__${directive}`;
}

/** Directives of definitions are constant by the grammar; only the union type does not say so. */
export function constOnly(
  directives: readonly unknown[] | undefined,
): readonly ConstDirectiveNode[] {
  return (directives ?? []) as readonly ConstDirectiveNode[];
}

function readFeature(directive: ConstDirectiveNode): Feature | undefined {
  const argument = (name: string): ConstValueNode | undefined =>
    directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
  const url = textOf(argument('url') ?? argument('feature'));
  if (url === undefined) return undefined;
  const [, identity = url] = /^(.*)\/v\d+\.\d+\/?$/.exec(url) ?? [];
  return {
    url,
    identity,
    purpose: textOf(argument('for')),
    name: textOf(argument('as')) ?? identity.slice(identity.lastIndexOf('/') + 1),
    imports: readImports(argument('import')),
  };
}

function textOf(value: ConstValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function readImports(value: ConstValueNode | undefined): ReadonlyMap<string, string> {
  const entries: unknown = value && valueFromASTUntyped(value);
  const imports = new Map<string, string>();
  for (const entry of Array.isArray(entries) ? (entries as readonly unknown[]) : []) {
    if (typeof entry === 'string') imports.set(entry, entry);
    else if (isRenaming(entry)) imports.set(entry.name, entry.as ?? entry.name);
  }
  return imports;
}

function isRenaming(entry: unknown): entry is { readonly name: string; readonly as?: string } {
  if (typeof entry !== 'object' || entry === null || !('name' in entry)) return false;
  return typeof entry.name === 'string' && (!('as' in entry) || typeof entry.as === 'string');
}
