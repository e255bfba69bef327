import type { AgentWholeQuery } from '../../_generated/documents.ts';

export type Agent = NonNullable<AgentWholeQuery['agent']>;
