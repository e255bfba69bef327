import { defineConfig } from 'vitest/config';

const rooms =
  '{kernel,engine,queue,connectors,core,subgraphs,gateway,worker,cli,sdk,examples,scripts}';
const globalSetup = ['tests/support/global-setup.ts'];

export default defineConfig({
  // Vite would take the ESM build and packages the CommonJS one, but there may be only one graphql.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // Two cores are enough for everyone; more workers would only make servers and tests fight for them.
    // A timeout says that something never ends, not that the machine is busy.
    maxWorkers: 2,
    pool: 'forks',
    passWithNoTests: true,
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
          testTimeout: 60_000,
          include: [`${rooms}/**/*.test.ts`, 'tests/{unit,conformance,contract}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/{integration,isolation}/**/*.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/{e2e,chaos}/**/*.test.ts'],
          globalSetup,
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
