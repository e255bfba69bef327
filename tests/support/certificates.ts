import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { PeerTlsFiles } from '../../kernel/tls/peer-tls.ts';

const run = promisify(execFile);

/** Somebody who signs certificates, in a folder of its own. */
export interface Authority extends AsyncDisposable {
  readonly caFile: string;
  /** Writes certificate and key under a name, whole files at once; the one that was there goes. */
  issue(name: string, wish: Wish): Promise<Omit<PeerTlsFiles, 'peers'>>;
}

interface Wish {
  /** As in `DNS:operandi-gateway`. */
  readonly san: string;
  /** @default false */
  readonly isExpired?: boolean;
}

/** A new authority that nobody trusts who does not have its file. */
export async function createAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-ca-'));
  const at = (name: string): string => join(folder, name);
  const openssl = async (...args: string[]): Promise<void> => {
    await run('openssl', args, { cwd: folder });
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca');
  let count = 0;
  return {
    caFile: at('ca.pem'),
    async issue(name, { san, isExpired = false }) {
      count += 1;
      const draft = `${name}-${String(count)}`;
      await writeFile(at(`${draft}.ext`), `subjectAltName=${san}\n`);
      await openssl(
        'req',
        ...curve,
        '-keyout',
        `${draft}.key`,
        '-out',
        `${draft}.csr`,
        '-subj',
        '/CN=x',
      );
      await openssl(
        ...['x509', '-req', '-in', `${draft}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
        ...['-set_serial', String(count), '-extfile', `${draft}.ext`, '-out', `${draft}.pem`],
        // Already over: it ends a day before it begins.
        ...['-days', isExpired ? '-1' : '30'],
      );
      const files = {
        certFile: at(`${name}.pem`),
        keyFile: at(`${name}.key`),
        caFile: at('ca.pem'),
      };
      await rename(at(`${draft}.key`), files.keyFile);
      await rename(at(`${draft}.pem`), files.certFile);
      return files;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
