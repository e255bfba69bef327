import type {
  AuditEventFieldsFragment,
  AuditFilter,
  AuditPart,
  AuditStatusQuery,
  ExportAuditQuery,
} from './_generated/documents.ts';
import {
  AuditHeadOperation,
  AuditKeysOperation,
  AuditStatusOperation,
  ExportAuditOperation,
  ListAuditEventsOperation,
  WatchAuditOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { follow, type FollowOptions } from './follow.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, type Transport } from './transport.ts';

/** Something that was done in the tenant. */
export type AuditEvent = AuditEventFieldsFragment;

/** Up to a thousand sealed events as lines of JSON, with what proves them: see `@operandi/sdk/verify`. */
export type AuditExportPage = ExportAuditQuery['auditExport'];

export interface ExportOptions extends CallOptions {
  /** Number of the last event that is known already. @default from the beginning */
  readonly after?: string;
  /** What is left out; its proof stays whole. */
  readonly hide?: readonly AuditPart[];
}

/** The audit log of the tenant. */
export interface Audit {
  /** All that the filter shows, newest first. */
  events(filter?: AuditFilter, options?: ListOptions): Listing<AuditEvent>;
  /** Each event, from now on or behind `after`, in order and without gaps; it has no end. */
  watch(options?: FollowOptions): AsyncGenerator<AuditEvent, void>;
  /** The sealed log, page by page, to be written to a folder or checked. */
  export(options?: ExportOptions): AsyncGenerator<AuditExportPage, void>;
  /** How the log stands, and what waits for its seal. */
  status(options?: CallOptions): Promise<AuditStatusQuery['auditStatus']>;
  /** The signed note of the newest checkpoint; null before the first. */
  checkpoint(options?: CallOptions): Promise<string | null>;
  /** Public keys of the checkpoints, those in use first. */
  keys(
    options?: CallOptions,
  ): Promise<readonly { readonly verifierKey: string; readonly isCurrent: boolean }[]>;
}

export function openAudit(transport: Transport): Audit {
  const { query } = callsOver(transport);
  return {
    events: (filter = {}, options = {}) =>
      listingOf(transport, { operation: ListAuditEventsOperation, variables: { filter } }, options),
    watch: (options = {}) => watchAudit(transport, options),
    export: (options = {}) => exportAudit(transport, options),
    status: async (options) => (await query(AuditStatusOperation, {}, options)).auditStatus,
    checkpoint: async (options) =>
      (await query(AuditHeadOperation, {}, options)).auditCheckpoint?.note ?? null,
    keys: async (options) => (await query(AuditKeysOperation, {}, options)).auditKeys,
  };
}

async function* watchAudit(
  transport: Transport,
  options: FollowOptions,
): AsyncGenerator<AuditEvent, void> {
  const followed = {
    operation: WatchAuditOperation,
    variables: {},
    cursorOf: (data: { readonly auditEvents: AuditEvent }) => data.auditEvents.cursor,
  };
  for await (const { auditEvents } of follow(transport, followed, options)) yield auditEvents;
}

async function* exportAudit(
  transport: Transport,
  { after, hide, ...options }: ExportOptions,
): AsyncGenerator<AuditExportPage, void> {
  const { query } = callsOver(transport);
  for (
    let next: string | null = after ?? null, isFirst = true;
    isFirst || next !== null;
    isFirst = false
  ) {
    const variables = {
      ...(next === null ? {} : { after: next }),
      ...(hide === undefined ? {} : { hide }),
    };
    const page: AuditExportPage = (await query(ExportAuditOperation, variables, options))
      .auditExport;
    yield page;
    next = page.next;
  }
}
