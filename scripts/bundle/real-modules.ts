import type { Plugin } from 'rolldown';

/** Of the bundler's helper that reads what `require` gave: from a module of its time, the default export too. */
const helper = /__copyProps\(isNodeMode \|\| !mod\b/g;
const helped = '__copyProps(isNodeMode && mod[Symbol.toStringTag] !== "Module" || !mod';
/** What it makes of an import whose name is only known when it runs. */
const nameless =
  /Promise\.resolve\(\)\.then\(\(\) => (?:\/\* @__PURE__ \*\/ )?[\w$.]*__toESM\(require\((\(0, [\w$.]+\)\([\w$]+\)\.href)\)(?:, 1)?\)\)/g;

/**
 * The bundler takes every package for CommonJS, whose default export would be all of it, and loads by `require`, which
 * knows no URL: `cli/bundled.cjs` brings what does.
 */
export function realModules(): Plugin {
  return {
    name: 'real-modules',
    renderChunk(code) {
      if (code.includes('var __toESM =') && code.search(helper) < 0)
        throw new Error('the helper of the bundler is another by now: see real-modules.ts');
      return code.replaceAll(helper, helped).replaceAll(nameless, 'require.import($1)');
    },
  };
}
