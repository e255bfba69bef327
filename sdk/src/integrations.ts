import type {
  CreateIntegrationInput,
  GetIntegrationQuery,
  InvokeIntegrationInput,
  InvokeIntegrationMutation,
  ListIntegrationKindsQuery,
  ListIntegrationsQuery,
} from './_generated/documents.ts';
import {
  CreateIntegrationOperation,
  DeleteIntegrationOperation,
  DiscoverIntegrationOperation,
  GetIntegrationOperation,
  InvokeIntegrationOperation,
  ListIntegrationKindsOperation,
  ListIntegrationsOperation,
  SetCredentialOperation,
  TestIntegrationOperation,
  UpdateIntegrationOperation,
} from './_generated/operations.ts';
import type { CallOptions, SendOptions } from './calls.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** A configured connection to an outside system; what is secret of it is never answered. */
export type Integration = NonNullable<GetIntegrationQuery['integration']>;

/** A call that was made, and what the system answered. */
export type Invocation = Omit<InvokeIntegrationMutation['invokeIntegration'], 'userErrors'>;

/** Integrations of the tenant; mutations throw `RefusedError` with every problem. */
export interface Integrations {
  /** All, by name. */
  list(options?: ListOptions): Listing<ListIntegrationsQuery['integrations']['nodes'][number]>;
  /** One by name, or null. */
  get(name: string, options?: CallOptions): Promise<Integration | null>;
  /** Kinds that there are, with the JSON Schemas of their configurations and credentials. */
  kinds(options?: CallOptions): Promise<ListIntegrationKindsQuery['integrationKinds']>;
  /** Connects an outside system and answers the id. */
  create(integration: CreateIntegrationInput, options?: CallOptions): Promise<string>;
  /** Replaces the whole configuration. */
  update(id: string, config: unknown, options?: CallOptions): Promise<void>;
  /** Replaces the credential; the one before is destroyed. */
  setCredential(id: string, credential: unknown, options?: CallOptions): Promise<void>;
  delete(id: string, options?: CallOptions): Promise<void>;
  /** Reaches out to the system once. */
  test(
    id: string,
    options?: CallOptions,
  ): Promise<{
    readonly isReachable: boolean;
    readonly message: string | null;
    readonly durationMs: number;
  }>;
  /** Asks the system what it offers and answers the names of the operations. */
  discover(id: string, options?: CallOptions): Promise<readonly string[]>;
  /** Calls an operation now; `isRepeatable: true` where calling it twice does no harm. */
  invoke(call: InvokeIntegrationInput, options?: SendOptions): Promise<Invocation>;
}

export function openIntegrations(transport: Transport): Integrations {
  const { query, mutate } = callsOver(transport);
  return {
    list: (options) =>
      listingOf(transport, { operation: ListIntegrationsOperation, variables: {} }, options),
    get: async (name, options) =>
      (await query(GetIntegrationOperation, { name }, options)).integration,
    kinds: async (options) =>
      (await query(ListIntegrationKindsOperation, {}, options)).integrationKinds,
    create: async (input, options) =>
      given((await mutate(CreateIntegrationOperation, input, options)).integration).id,
    update: async (id, config, options) => {
      await mutate(UpdateIntegrationOperation, { id, config }, options);
    },
    setCredential: async (integrationId, credential, options) => {
      await mutate(SetCredentialOperation, { integrationId, credential }, options);
    },
    delete: async (id, options) => {
      await mutate(DeleteIntegrationOperation, { id }, options);
    },
    test: async (id, options) => {
      const answer = await mutate(TestIntegrationOperation, { id }, options);
      const { isReachable, message, durationMs } = answer;
      return { isReachable, message, durationMs };
    },
    discover: async (id, options) => {
      const answer = await mutate(DiscoverIntegrationOperation, { id }, options);
      return given(answer.integration).operations.map(({ name }) => name);
    },
    invoke: async (call, options) => {
      const answer = await mutate(InvokeIntegrationOperation, call, options);
      return { call: answer.call, result: answer.result };
    },
  };
}
