/** A job of the tenant, as far as this subgraph knows it. */
export interface JobNode {
  readonly id: string;
}
