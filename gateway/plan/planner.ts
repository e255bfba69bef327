import type { PlanRoot } from './plan.ts';

/** What the planner says about a supergraph once it is built. */
export interface PlannedSupergraph {
  /** The schema clients see, as SDL. */
  readonly apiSdl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Keys under which plans hold what `@requires` asks for with arguments, and the fields they hold. */
  readonly standIns: Readonly<Record<string, string>>;
}

/** What a planner would say of one supergraph, known before there is one. */
export interface KnownSupergraph extends PlannedSupergraph {
  readonly supergraphSdl: string;
}

/** Turns operations into plans for one supergraph; a licensed or slower planner hides behind it. */
export interface Planner extends Disposable {
  readonly supergraph: PlannedSupergraph;
  /**
   * The document holds one operation and its fragments; `overrides` are the labels of progressive
   * `@override` that apply to it. `undefined`: no subgraph is needed.
   */
  plan(document: string, overrides?: readonly string[]): Promise<PlanRoot | undefined>;
}

/** Builds a planner; throws when the SDL is not a supergraph. */
export type PlannerFactory = (supergraphSdl: string) => Promise<Planner>;
