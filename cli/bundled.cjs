'use strict';

// Runs the platform from few files with their compiled code: most of the time of a start goes into finding thousands of
// modules and compiling them. Plain JavaScript, as it stands before all that is TypeScript.
const { existsSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { dirname, join } = require('node:path');
const { cachedDataVersionTag } = require('node:v8');
const vm = require('node:vm');

// Nothing else can be loaded before that; threads and processes begin here as well.
const stacks = join(__dirname, '..', 'built', 'stacks.cjs');
if (typeof AsyncDisposableStack === 'undefined' && existsSync(stacks)) require(stacks);

/**
 * True when the command was started; false where there is no bundle (npm ci makes it), or a source is another by now. A
 * package has no sources.
 */
exports.runBundled = (root, [first = '', second = ''] = process.argv.slice(2)) => {
  const folder = join(root, 'built');
  const main = join(folder, 'main.cjs');
  const sources = join(folder, 'sources');
  const named = join(
    sources,
    `${(first === 'help' ? second : first).replace(/[^a-z-]/g, '')}.json`,
  );
  const list = existsSync(named) ? named : join(sources, 'main.json');
  if (!existsSync(main) || !isOfThese(root, list)) return false;
  // A bundle without sources is a package's, whose own packages are installed beside it.
  if (!existsSync(sources)) enableCompileCache(join(root, '.cache', 'compiled'));
  load(main);
  return true;
};

exports.load = load;

function isOfThese(root, path) {
  if (!existsSync(path)) return !existsSync(join(root, 'cli', 'main.ts'));
  return JSON.parse(readFileSync(path, 'utf8')).every(({ path: source, size, mtimeMs }) => {
    const found = statSync(join(root, source), { throwIfNoEntry: false });
    return found?.size === size && found.mtimeMs === mtimeMs;
  });
}

const loaded = new Map();

/** What a file of the bundle exports; it asks for others of its folder by `./`, and for packages by name. */
function load(path) {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const folder = dirname(path);
  const others = createRequire(path);
  const requires = (id) => (id.startsWith('./') ? load(join(folder, id)) : others(id));
  requires.resolve = others.resolve;
  // What is compiled here could import only by what is experimental.
  requires.import = (url) => import(url);
  compile(path)(module.exports, requires, module, path, folder);
  return module.exports;
}

const kind = cachedDataVersionTag().toString(36);
const uncompiled = [];
/** When most that a start needs has been called, milliseconds. */
const keepAfterMs = 15_000;

/**
 * Compiled code is kept once the functions that were called are part of it; Node.js's own cache keeps what is compiled
 * before any is.
 */
function compile(path) {
  const cachePath = `${path}.${kind}`;
  const cachedData = existsSync(cachePath) ? readFileSync(cachePath) : undefined;
  const { mtimeMs } = statSync(path);
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`,
    {
      filename: path,
      cachedData,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  if (cachedData === undefined || script.cachedDataRejected) {
    if (uncompiled.length === 0) keepLater();
    uncompiled.push({ path, mtimeMs, cachePath, script });
  }
  return script.runInThisContext();
}

function keepLater() {
  process.once('exit', () => uncompiled.splice(0).forEach(keep));
  const next = () => {
    const one = uncompiled.pop();
    if (one === undefined) return;
    keep(one);
    setImmediate(next).unref();
  };
  setTimeout(next, keepAfterMs).unref();
}

function keep({ path, mtimeMs, cachePath, script }) {
  const draft = `${cachePath}.${process.pid}.${require('node:worker_threads').threadId}`;
  try {
    // Another bundle may have taken the place meanwhile.
    if (statSync(path).mtimeMs !== mtimeMs) return;
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, cachePath);
  } catch {
    // Where the folder cannot be written, the next start only takes longer.
  }
}
