import type { TestResolvers } from '../../../gateway/testing/federated.ts';

/** An object of the merged graph; every object says of which type it is. */
export type WorldObject = Record<string, unknown> & { readonly __typename: string };

/** What is true in a world, however its schema is split. */
export interface Truth {
  /** All entities, to be found by their keys. */
  readonly objects: readonly WorldObject[];
  /** How fields are resolved that are not plain members: by type, or by interface for all of its types. */
  readonly fields: TestResolvers;
  /** Fields with `@requires`, from the required fields and the arguments. */
  readonly computed?: TestResolvers;
}

/** A graph, and one way to split it; the SDL says which subgraph knows what. */
export interface World {
  readonly name: string;
  /** SDL by subgraph. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Subgraphs that speak federation 1. */
  readonly old?: readonly string[];
  /** Made anew for the merged graph and for the split one: mutations change it. */
  truth(): Truth;
}
