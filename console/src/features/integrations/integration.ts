import type {
  ImportedOperationsFragment,
  IntegrationWholeQuery,
} from '../../_generated/documents.ts';

export type Integration = NonNullable<IntegrationWholeQuery['integration']>;

/** What a document has been made into, before its operations are chosen. */
export type Imported = NonNullable<ImportedOperationsFragment['integration']>;
