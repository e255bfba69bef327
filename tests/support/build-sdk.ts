import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

/** Puts the SDK as it is packed, with what it depends on, among the packages of a folder. */
export async function buildSdk(packages: string): Promise<void> {
  const sdk = join(packages, '@operandi/sdk');
  await mkdir(sdk, { recursive: true });
  await copyFile(join(root, 'sdk/package.json'), join(sdk, 'package.json'));
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const project = join(root, 'sdk/tsconfig.build.json');
  const words = [compiler, '-p', project, '--outDir', join(sdk, 'dist')];
  await promisify(execFile)(process.execPath, words);
  await mkdir(join(packages, '@graphql-typed-document-node'));
  for (const name of ['graphql', 'graphql-ws', 'ws', '@graphql-typed-document-node/core'])
    await symlink(join(root, 'node_modules', name), join(packages, name));
}
