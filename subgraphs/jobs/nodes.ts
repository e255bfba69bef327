/** A job on its way through resolvers: its row is loaded when a field of it is asked for. */
export interface JobNode {
  readonly id: string;
}
