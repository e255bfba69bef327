import type { Plugin } from 'rolldown';

/** Of the bundler's helper that reads what `require` gave: from a module of its time, the default export too. */
const helper = /__copyProps\(isNodeMode \|\| !mod\b/g;
const helped = '__copyProps(isNodeMode && mod[Symbol.toStringTag] !== "Module" || !mod';

/** The bundler takes every package for CommonJS, whose default export would be all of it. */
export function realModules(): Plugin {
  return {
    name: 'real-modules',
    renderChunk(code) {
      if (code.includes('var __toESM =') && code.search(helper) < 0)
        throw new Error('the helper of the bundler is another by now: see real-modules.ts');
      return code.replaceAll(helper, helped);
    },
  };
}
