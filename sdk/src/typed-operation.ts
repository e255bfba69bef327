/** An operation as its text, with the types of its data and variables. */
export interface TypedOperation<Data, Variables> {
  readonly name: string;
  /** A query changes nothing and may be sent twice. */
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  /** Is never there: it carries the types. */
  readonly __types?: (variables: Variables) => Data;
}
