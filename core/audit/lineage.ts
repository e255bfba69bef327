import type { JsonObject } from '../../kernel/json.ts';

/** Which run of which definition an effect of a job belongs to. */
export interface Lineage {
  readonly agentVersionId: string;
  /** Number of the agent's version. */
  readonly version: number;
  /** SHA-256 of the definition, hexadecimal. */
  readonly definitionHash: string;
  /** Counts the claims of the job. */
  readonly epoch: number;
}

/** The lineage as an event's data have it. */
export function lineageData(lineage: Lineage | undefined): JsonObject {
  if (lineage === undefined) return {};
  const { agentVersionId, version, definitionHash, epoch } = lineage;
  return { lineage: { agentVersionId, version, definitionHash, epoch } };
}
