// Puts the platform with its packages into few files, which cli/bundled.cjs runs; npm ci does it.
// node scripts/bundle-platform.ts [FOLDER]: where to, built/ without it.
import { join, resolve } from 'node:path';
import { bundlePlatform, root } from './bundle/bundle-platform.ts';

await bundlePlatform({
  folder: resolve(process.argv[2] ?? join(root, 'built')),
  holdsPackages: true,
});
