import { createRequire } from 'node:module';

/** Its name and version, as `npm install` takes it. */
export const duckDbPackage = '@duckdb/node-api@1.5.6-r.1';

/** Beside the platform, and in a clone in a folder of its own, seen from the sources and from the bundle. */
const places = ['./', './duckdb/', '../warehouse/duckdb/'].map(
  (folder) => new URL(`${folder}package.json`, import.meta.url),
);

/** Where the package is that a warehouse needs; undefined where it is not installed. */
export function findDuckDb(): string | undefined {
  for (const place of places) {
    try {
      return createRequire(place).resolve('@duckdb/node-api');
    } catch {
      // It may be at the next place.
    }
  }
  return undefined;
}
