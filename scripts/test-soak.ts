// Runs the tests at their full size: random worlds in their thousands, whole corpora, and everything on each database.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const { status } = spawnSync('npm', ['test', '--', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, OPERANDI_TEST_SOAK: '1' },
});
process.exitCode = status ?? 1;
