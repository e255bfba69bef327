import type { Random } from '../random.ts';

/** A field of the merged schema and how subgraphs declare it. */
export interface ModelField {
  readonly name: string;
  readonly type: string;
  readonly args: string;
  /** A scalar, an enum or lists of them. */
  readonly isLeaf: boolean;
  /** Some of its values are errors: nothing may require it. */
  readonly isFailing: boolean;
  /** Declarations by subgraph: the directives behind the field there. */
  readonly declared: Map<string, Set<string>>;
  /** What fields with `@requires` are computed from. */
  readonly isComputed: boolean;
}

/** An entity type, or an interface with a key and its `@interfaceObject`. */
export interface ModelType {
  readonly name: string;
  /** Subgraphs that declare it, with its keys there. */
  readonly homes: Map<string, string[]>;
  readonly fields: ModelField[];
  /** Concrete types of an entity interface; they live in its first home, the others have the `@interfaceObject`. */
  readonly members: readonly string[];
}

/** A split schema before it is written as SDL. */
export interface Model {
  readonly subgraphs: readonly string[];
  readonly types: readonly ModelType[];
  readonly union: readonly string[];
  readonly implementers: readonly string[];
  /** Root fields by subgraph, each with the type it gives. */
  readonly roots: Map<string, ModelField[]>;
  readonly mutations: Map<string, ModelField[]>;
}

/** What a world may be made of; leaving one out leaves the rest as it is. */
export type Feature =
  | 'arguments'
  | 'errors'
  | 'inaccessible'
  | 'interfaceObject'
  | 'interfaces'
  | 'keys'
  | 'lists'
  | 'mutations'
  | 'override'
  | 'provides'
  | 'requires'
  | 'shareable'
  | 'unions'
  | 'values';

/** Random choices for one world: each name gives choices of its own. */
export interface Choices {
  has(feature: Feature): boolean;
  of(name: string): Random;
}

/** Subgraphs that answer a field themselves. */
export function ownersOf({ declared }: ModelField): string[] {
  return [...declared].flatMap(([name, marks]) => (marks.has('@external') ? [] : name));
}

export function namedType(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}
