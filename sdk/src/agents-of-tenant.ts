import type {
  GetAgentQuery,
  ListAgentsQuery,
  PublishAgentMutation,
  ValidateDefinitionQuery,
} from './_generated/documents.ts';
import {
  ArchiveAgentOperation,
  GetAgentOperation,
  ListAgentsOperation,
  PublishAgentOperation,
  ResumeAgentOperation,
  ValidateDefinitionOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** A procedure of the tenant with its current version. */
export type Agent = NonNullable<GetAgentQuery['agent']>;

/** What the linter says of a definition. */
export type Finding = ValidateDefinitionQuery['validateDefinition']['findings'][number];

/** A version that was published. */
export interface PublishedAgent {
  readonly agent: NonNullable<PublishAgentMutation['publishAgent']['agent']>;
  readonly version: NonNullable<PublishAgentMutation['publishAgent']['version']>;
  /** Warnings; a definition with errors is refused. */
  readonly findings: readonly Finding[];
}

/** Agents of the tenant; mutations throw `RefusedError` with every problem. */
export interface TenantAgents {
  /** All that are not archived, by name. */
  list(
    options?: Omit<ListOptions, 'pageSize'>,
  ): Listing<ListAgentsQuery['agents']['nodes'][number]>;
  /** One by `namespace/name`, or by name while one agent has it; null when there is none. */
  get(name: string, options?: CallOptions): Promise<Agent | null>;
  /** Publishes a definition, YAML or JSON, as the next version of its agent. */
  publish(definition: string, options?: CallOptions): Promise<PublishedAgent>;
  /** Checks a definition; nothing is published. */
  validate(
    definition: string,
    options?: CallOptions,
  ): Promise<{ readonly isValid: boolean; readonly findings: readonly Finding[] }>;
  /** Lets an agent take no more jobs; running ones go on. */
  archive(id: string, options?: CallOptions): Promise<void>;
  /** Lets an agent that the platform has paused take jobs again. */
  resume(id: string, options?: CallOptions): Promise<void>;
}

export function openAgents(transport: Transport): TenantAgents {
  const { query, mutate } = callsOver(transport);
  return {
    list: (options) =>
      listingOf(transport, { operation: ListAgentsOperation, variables: {} }, options),
    get: async (name, options) => (await query(GetAgentOperation, { name }, options)).agent,
    publish: async (definition, options) => {
      const answer = await mutate(
        PublishAgentOperation,
        { definition },
        // The same document twice is one version.
        { ...options, isRepeatable: true },
      );
      const { agent, version, findings } = answer;
      return { agent: given(agent), version: given(version), findings };
    },
    validate: async (definition, options) =>
      (await query(ValidateDefinitionOperation, { definition }, options)).validateDefinition,
    archive: async (id, options) => {
      await mutate(ArchiveAgentOperation, { id }, options);
    },
    resume: async (id, options) => {
      await mutate(ResumeAgentOperation, { id }, options);
    },
  };
}
