import type { IntegrationWholeQuery } from '../../_generated/documents.ts';

export type Integration = NonNullable<IntegrationWholeQuery['integration']>;
