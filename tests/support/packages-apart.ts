import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

/** Packages that few tests need and that weigh much: `npm ci` of the project leaves them out. Answers their folder. */
export async function installApart(folder: string): Promise<string> {
  const packages = join(root, folder, 'node_modules');
  if (existsSync(join(packages, '.package-lock.json'))) return packages;
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', words, { cwd: join(root, folder) });
  return packages;
}
