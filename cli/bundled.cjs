'use strict';

// Runs the commands that need no server from one file with its compiled code: most of the time of a short command
// goes into finding some hundred modules and compiling them. Plain JavaScript, as it stands before all that is TypeScript.
const { existsSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');

/** True when the command was started; false where there is no bundle (npm ci makes it), or the source is another by now. */
exports.runBundled = (root, [first = '--help', second = '--help']) => {
  const word = first === 'help' ? second : first;
  const command = word.startsWith('-') ? 'help' : word;
  if (!/^[a-z-]+$/.test(command)) return false;
  const folder = join(root, '.cache', 'cli');
  const sources = readSources(join(folder, `${command}.json`));
  if (!sources?.every((source) => isUnchanged(join(root, source.path), source))) return false;
  const path = join(folder, `${command}.cjs`);
  const start = compile(path, join(folder, `${command}.${process.version}`));
  start(createRequire(path), {}, { exports: {} }, path);
  return true;
};

function readSources(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isUnchanged(path, { size, mtimeMs }) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.size === size && found.mtimeMs === mtimeMs;
}

/**
 * Compiled code is kept at the end of a run, when it holds the functions that the command called; Node.js's own cache keeps
 * what is compiled at the start.
 */
function compile(path, cachePath) {
  const cachedData = existsSync(cachePath) ? readFileSync(cachePath) : undefined;
  const script = new vm.Script(readFileSync(path, 'utf8'), {
    filename: path,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === undefined || script.cachedDataRejected)
    process.on('exit', () => keep(cachePath, script.createCachedData()));
  return script.runInThisContext();
}

function keep(path, data) {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, data);
    renameSync(draft, path);
  } catch {
    // Where the folder cannot be written, the command only starts later.
  }
}
