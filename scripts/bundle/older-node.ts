import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/*
 * Packages run under the long-term versions of Node.js that there are; sources and the bundle of a clone only under the one that the
 * project brings.
 */

/** The syntax of the oldest one, for the bundler: `using` is put into other words. */
export const target = 'node22';

/** What other packages bring; those words need helpers that come with the bundle. */
export function isOfPackage(id: string): boolean {
  return !/^[./\0]/.test(id) && !id.startsWith('@oxc-project/runtime/');
}

const stacks = fileURLToPath(new URL('stacks.cjs', import.meta.url));

/** Writes what such a Node.js lacks as one file, to be loaded before all else. */
export async function writeStacks(file: string, format: 'cjs' | 'esm'): Promise<void> {
  const build = await rolldown({ input: stacks, platform: 'node' });
  await build.write({ file, format, comments: false });
}
