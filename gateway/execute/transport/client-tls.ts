import { readFileSync, statSync } from 'node:fs';

import { AppError } from '../../../kernel/errors.ts';

/** Files by which the gateway proves itself to a subgraph, and by which it knows it. */
export interface ClientTlsFiles {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** Their contents, as Node.js takes them. */
export interface ClientTls {
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly ca?: Buffer;
}

/** The contents as they are now: certificates are replaced while the gateway runs. */
export interface OpenClientTls {
  read(): ClientTls;
  /** Changes when a file does. */
  version(): string;
}

/** Opens the files; throws BAD_USER_INPUT with the one that cannot be read. */
export function openClientTls(name: string, files: ClientTlsFiles): OpenClientTls {
  const paths = { cert: files.certFile, key: files.keyFile, ca: files.caFile };
  const read = (): ClientTls => {
    const contents = Object.entries(paths).flatMap(([part, path]) =>
      path === undefined ? [] : [[part, readOf(name, path)] as const],
    );
    return Object.fromEntries(contents);
  };
  read();
  return {
    read,
    version: () =>
      Object.values(paths)
        .map((path) => (path === undefined ? '' : modifiedAt(path)))
        .join(),
  };
}

function readOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `The TLS file ${path} of subgraph "${name}" cannot be read`;
    throw new AppError('BAD_USER_INPUT', message, { cause });
  }
}

function modifiedAt(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs);
}
