import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../e2e/platform-processes.ts';

/** A platform that was put back, and what whoever runs it knows. */
export interface RestoredPlatform {
  readonly url: string;
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly masterKey: string;
}

/** What the commands of the drill said. */
export interface DrillFindings {
  readonly doctor: string;
  readonly auditStatus: string;
  readonly auditVerify: string;
  readonly tenantExport: string;
}

/** Runs the commands that docs/operate.md has after a restore; throws when one of them fails, but for what the doctor finds. */
export async function drill(platform: RestoredPlatform): Promise<DrillFindings> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-drill-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = {
    DATABASE_URL: platform.databaseUrl,
    OPERANDI_MASTER_KEY: platform.masterKey,
    LOG_LEVEL: 'error',
  };
  const api = { OPERANDI_URL: platform.url, OPERANDI_API_KEY: platform.adminKey };
  const [files, keyFile] = [join(folder, 'log'), join(folder, 'keys')];
  const exportAndVerify = async (): Promise<string> => {
    await said(['audit', 'export', files], api);
    await writeFile(keyFile, await said(['audit', 'keys'], api));
    return said(['audit', 'verify', files, '--key', keyFile], {});
  };
  const [doctor, auditStatus, auditVerify, tenantExport] = await Promise.all([
    said(['doctor'], server, [0, 1]),
    said(['audit', 'status'], api),
    exportAndVerify(),
    said(['tenant', 'export', 'Operandi'], server),
  ]);
  return { doctor, auditStatus, auditVerify, tenantExport };
}

async function said(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  codes: readonly number[] = [0],
): Promise<string> {
  await using process = startProcess(args, environment);
  const code = await process.exitCode;
  if (code === null || !codes.includes(code))
    throw new Error(`operandi ${args.join(' ')} ended with ${String(code)}: ${process.output()}`);
  return process.output();
}
