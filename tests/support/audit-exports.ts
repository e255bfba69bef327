import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportAudit } from '../../cli/audit/export-audit.ts';
import { listAuditKeys } from '../../core/audit/audit-keys.ts';
import { exportLog } from '../../core/audit/export-log.ts';
import type { VerbContext } from '../../core/context.ts';
import type { Client } from '../../sdk/src/index.ts';
import { parseVerifierKey, type VerifierKey } from '../../sdk/src/verify/index.ts';

/** Folders with exports of logs, which are deleted in the end. */
export interface AuditExports extends AsyncDisposable {
  /** Writes the tenant's export as the command does, into a new folder or on in a known one; answers the folder. */
  write(context: VerbContext, folder?: string): Promise<string>;
}

export function openAuditExports(): AuditExports {
  const folders = new Set<string>();
  return {
    async write(context, folder) {
      const path = folder ?? (await mkdtemp(join(tmpdir(), 'operandi-retention-')));
      folders.add(path);
      const request = async (_document: unknown, variables: unknown) => ({
        auditExport: await exportLog(context, variables as { after: string }),
      });
      const client = { request } as unknown as Pick<Client, 'request'>;
      await exportAudit(client, { folder: path, segmentEvents: 16 });
      return path;
    },
    async [Symbol.asyncDispose]() {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a verifier of the tenant's log is given. */
export async function verifierKeys(context: VerbContext): Promise<VerifierKey[]> {
  return (await listAuditKeys(context)).map(({ verifierKey }) => parseVerifierKey(verifierKey));
}
