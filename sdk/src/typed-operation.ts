/** An operation as its text, with the types of its data and variables. */
export interface TypedOperation<Data, Variables> {
  readonly name: string;
  /** A query changes nothing and may be sent twice. */
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly text: string;
  /** Is never there: it carries the types. */
  readonly __types?: (variables: Variables) => Data;
}

/** An operation of its text, which begins with its kind and its name. */
// @__NO_SIDE_EFFECTS__
export function operationOf<Data, Variables>(text: string): TypedOperation<Data, Variables> {
  const [kind = '', name = ''] = text.split(/\W/u, 2);
  return { name, kind: kind as TypedOperation<Data, Variables>['kind'], text };
}
