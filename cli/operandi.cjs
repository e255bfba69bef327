#!/usr/bin/env node
'use strict';

// The first thing that runs, under whatever Node.js there is: plain JavaScript, so that an old one can say what is wrong.
const { join } = require('node:path');

// V8 13.6 can end the whole process when it frees code of WebAssembly, which the database client is (nodejs/node 64500). What
// those that go on for long no longer need is some megabytes at most. Before anything is compiled, as kept code counts for the
// same flags only; short commands start without.
const longLived = ['start', 'dev', 'demo', 'gateway', 'subgraph', 'worker'];
if (longLived.includes(process.argv[2])) require('node:v8').setFlagsFromString('--no-wasm-code-gc');
const root = join(__dirname, '..');

// A package runs under older ones than a clone.
const [, needed] = /(\d+(?:\.\d+)?)/.exec(require('../package.json').engines.node);
if (isOlder(process.versions.node, needed)) runUnderOwnNode();
else if (!require('./bundled.cjs').runBundled(root)) runFromSource();

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor = 0] = than.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

function runFromSource() {
  // What was compiled once is kept; where the folder cannot be written, the command only starts later.
  require('node:module').enableCompileCache(join(root, '.cache', 'compiled'));
  void import('./main.ts');
}

/** A development installation brings a Node.js that is new enough; a production one does not. */
function runUnderOwnNode() {
  const { existsSync } = require('node:fs');
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = join(root, 'node_modules', 'node', 'bin', name);
  if (!existsSync(own)) {
    process.stderr.write(
      `operandi: needs Node.js ${needed} or newer, and this is ${process.versions.node}. ` +
        'Install a newer one; in a clone, npm ci brings one.\n',
    );
    process.exitCode = 1;
    return;
  }
  const child = require('node:child_process').spawn(
    own,
    [...process.execArgv, __filename, ...process.argv.slice(2)],
    { stdio: 'inherit' },
  );
  // The child decides what a signal means; this process only passes it on and ends as the child does. Ctrl+C of a
  // terminal reaches both by itself, and twice would mean to stop at once.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`operandi: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
