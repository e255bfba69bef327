import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { installApart } from './packages-apart.ts';

/** What is used of `publint`. */
interface Publint {
  publint(options: {
    readonly pack: { readonly tarball: ArrayBuffer };
    readonly strict: boolean;
  }): Promise<{ readonly messages: readonly { readonly code: string }[]; readonly pkg: object }>;
}

/** What is used of `publint/utils`. */
interface PublintTexts {
  formatMessage(message: object, pkg: object, options: { readonly color: boolean }): string;
}

interface TypesProblem {
  readonly kind: string;
  readonly resolutionKind?: string;
  readonly entrypoint?: string;
}

/** What is used of `@arethetypeswrong/core`. */
interface AreTheTypesWrong {
  createPackageFromTarballData(tarball: Uint8Array): object;
  checkPackage(found: object): Promise<{ readonly problems?: readonly TypesProblem[] }>;
}

/** The packages are ES modules alone: `require` of Node.js loads these, TypeScript's two oldest ways do not know them. */
const esmOnly = new Set(['node10', 'node16-cjs']);

/** What publint and arethetypeswrong find in a tarball that bundlers, Node.js or TypeScript would stumble over. */
export async function lookAtPackage(tarball: string): Promise<readonly string[]> {
  const packages = await installApart('scripts/release');
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(packages, path)).href);
  // Their types are not here.
  const exports = (await load('publint/src/index-node.js')) as Publint;
  const texts = (await load('publint/src/utils.js')) as PublintTexts;
  const types = (await load('@arethetypeswrong/core/dist/index.js')) as AreTheTypesWrong;
  const bytes = new Uint8Array(await readFile(tarball));
  const { messages, pkg } = await exports.publint({
    pack: { tarball: bytes.buffer },
    strict: true,
  });
  const { problems = [] } = await types.checkPackage(types.createPackageFromTarballData(bytes));
  return [
    ...messages.map((message) => texts.formatMessage(message, pkg, { color: false })),
    ...problems
      .filter(({ resolutionKind = '' }) => !esmOnly.has(resolutionKind))
      .map((problem) => JSON.stringify(problem)),
  ];
}
