// Whoever compiles against the SDK may have no types of stacks and disposables.
/// <reference lib="esnext.disposable" preserve="true" />
import type { SendOptions } from './calls.ts';
import { OperandiError, type Problem, RefusedError } from './errors.ts';
import type { AnyOperation } from './operation.ts';
import type { TypedOperation } from './typed-operation.ts';

/** An answer without errors. */
export interface Answer<Data> {
  readonly data: Data;
  /** Names the request in the platform's log. */
  readonly requestId?: string | undefined;
}

/** What carries operations to a platform: HTTP and a socket, or a platform in memory. */
export interface Transport extends AsyncDisposable {
  /** Whether a credential that was refused can be renewed. */
  readonly isRenewable: boolean;
  /** Answers the data of a query or mutation; throws `OperandiError` for any error of the answer. */
  send<Data, Variables>(
    operation: AnyOperation<Data, Variables>,
    variables: Variables,
    options?: SendOptions,
  ): Promise<Answer<Data>>;
  /** Results of a subscription until the platform completes; `ConnectionError` when the connection ends. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    operation: AnyOperation<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): AsyncGenerator<Data, void>;
}

/** What a mutation answers under its only field. */
type PayloadOf<Data> = Exclude<Data[keyof Data & string], string | undefined>;

/** The two kinds of calls. */
export interface Calls {
  readonly query: <Data, Variables>(
    operation: TypedOperation<Data, Variables>,
    variables: Variables,
    options?: SendOptions,
  ) => Promise<Data>;
  /** Sends an operation of one field that takes `input`; answers the payload, throws `RefusedError` with every problem. */
  readonly mutate: <Data extends object, Variables extends { readonly input: unknown }>(
    operation: TypedOperation<Data, Variables>,
    input: Variables['input'],
    options?: SendOptions,
  ) => Promise<PayloadOf<Data>>;
}

export function callsOver(transport: Transport): Calls {
  return {
    query: async (operation, variables, options) =>
      (await transport.send(operation, variables, options)).data,
    mutate: async <Data extends object, Variables extends { readonly input: unknown }>(
      operation: TypedOperation<Data, Variables>,
      input: Variables['input'],
      options?: SendOptions,
    ) => {
      // Such an operation has no other variable, and its answer one field.
      const { data, requestId } = await transport.send(operation, { input } as Variables, options);
      const [payload] = Object.values(data) as [PayloadOf<Data> & Refusable];
      if (payload.userErrors.length > 0) throw new RefusedError(payload.userErrors, { requestId });
      return payload;
    },
  };
}

interface Refusable {
  readonly userErrors: readonly Problem[];
}

/** What has to be there where nothing was refused. */
export function given<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined)
    throw new OperandiError('INTERNAL', 'the platform answered without what was asked for');
  return value;
}
