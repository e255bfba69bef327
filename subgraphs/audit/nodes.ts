/** An object of the tenant that has a trail, as far as this subgraph knows it. */
export interface SubjectNode {
  readonly id: string;
}
