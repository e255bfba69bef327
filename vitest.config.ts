import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const rooms =
  '{kernel,engine,queue,connectors,core,subgraphs,gateway,apollo-server,worker,cli,sdk,examples,scripts}';
const globalSetup = ['tests/support/global-setup.ts'];
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  test: {
    // Node.js runs the sources as it does in production, and keeps what it compiled: Vite would transform each of them for
    // every project, and load graphql a second time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Two cores are enough for everyone; more workers would only make servers and tests fight for them.
    maxWorkers: 2,
    pool: 'forks',
    // As cli/operandi.cjs has it: where many clients come and go, V8 ends a process of some hundred tests.
    execArgv: ['--no-wasm-code-gc'],
    passWithNoTests: true,
    // Threads and processes of the tests compile what they load once a run and not once each.
    env: {
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? at('.cache/tests'),
      // @apollo/gateway, with which ours is compared, sends usage data to its vendor otherwise.
      APOLLO_TELEMETRY_DISABLED: 'true',
    },
    // A limit says that something never ends, not that the machine is busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The servers of a whole run write down what some hundred databases left, and remove it.
    teardownTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: [`${rooms}/**/*.ts`],
      exclude: ['**/_generated/**', '**/*.test.ts'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Modules keep no state that a test could leave behind, so that files share them: loading takes half the time.
          isolate: false,
          include: [
            `${rooms}/**/*.test.ts`,
            'console/src/**/*.test.ts',
            'tests/{unit,conformance,contract}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          isolate: false,
          include: ['tests/{integration,isolation,security,operate}/**/*.test.ts'],
          globalSetup,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup,
          testTimeout: 400_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['tests/chaos/**/*.test.ts'],
          globalSetup,
          // Whole processes that are killed, drained and timed by their own limits: one file at a time.
          fileParallelism: false,
          testTimeout: 400_000,
        },
      },
    ],
  },
});
