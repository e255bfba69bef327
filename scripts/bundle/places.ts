import { createRequire } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Plugin, PluginContext } from 'rolldown';

/** How files of a bundle find what their sources find beside themselves. */
export interface PlacesOptions {
  /** The folder of the sources. Bundles lie in a folder just below its like, with the same data files. */
  readonly root: string;
  /** How names of files of the bundle end. With `cjs`, threads and processes start with a file `entry-NAME.cjs`. */
  readonly extension: 'js' | 'cjs';
  /** True puts packages that are loaded by `load('name')` into files of their own. */
  readonly holdsPackages: boolean;
}

/** A file that a thread or a process starts with, by the name it has in the bundle. */
export type Entries = Set<string>;

const ownModuleOrPlace =
  /new URL\(\s*'([\w./-]+\.ts)',\s*import\.meta\.url,?\s*\)|import\.meta\.url/g;
/** Before the file of a package: a module that stands for it. */
const wholePackage = '\0package:';
const lazyPackage = /\bload\('([^']+)'\)/g;

/**
 * Of what is written `new URL('./x.ts', import.meta.url)`, makes a file of the bundle that a thread or process can start
 * with; of every other `import.meta.url`, the place where the source would be.
 * @param entries is told the names of such files
 */
export function places(options: PlacesOptions, entries: Entries): Plugin {
  const { root, extension, holdsPackages } = options;
  return {
    name: 'places',
    resolveId: (source) => {
      if (source.startsWith(wholePackage)) return source;
      return source.startsWith('./package-') ? { id: source, external: 'absolute' } : null;
    },
    load: (id) =>
      id.startsWith(wholePackage)
        ? `module.exports = require(${JSON.stringify(id.slice(wholePackage.length))});`
        : null,
    transform(code, id) {
      if (!isOwn(root, id) || !code.includes('import.meta.')) return null;
      const placed = code.replaceAll(ownModuleOrPlace, (_found, module?: string) =>
        module === undefined ? placeOf(id) : entryFor(this, resolve(dirname(id), module)),
      );
      if (!holdsPackages || !code.includes('const load = createRequire(')) return placed;
      return placed.replaceAll(lazyPackage, (_found, name: string) => packageFor(this, name, id));
    },
  };

  function placeOf(id: string): string {
    return `new URL('../${relative(root, id).replaceAll(sep, '/')}', import.meta.url).href`;
  }

  function entryFor(context: PluginContext, file: string): string {
    const name = flat(relative(root, file).replace(/\.ts$/, ''));
    if (!entries.has(name)) emit(context, file, name);
    entries.add(name);
    const starter = extension === 'cjs' ? `entry-${name}` : name;
    return `new URL('./${starter}.${extension}', import.meta.url)`;
  }

  function packageFor(context: PluginContext, name: string, importer: string): string {
    const file = createRequire(importer).resolve(name);
    const chunk = `package-${flat(name)}`;
    emit(context, `${wholePackage}${file}`, chunk);
    return `require('./${chunk}.${extension}')`;
  }

  function emit(context: PluginContext, id: string, name: string): void {
    context.emitFile({ type: 'chunk', id, fileName: `${name}.${extension}` });
  }
}

/** A file of this project. */
export function isOwn(root: string, id: string): boolean {
  return id.startsWith(root) && !id.includes('node_modules');
}

function flat(path: string): string {
  return path.replaceAll(/[^\w.]+/g, '-').replace(/^-/, '');
}
