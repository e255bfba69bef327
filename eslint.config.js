import js from '@eslint/js';
import node from 'eslint-plugin-n';
import tseslint from 'typescript-eslint';
import { membersAlone } from './scripts/eslint-rules/members-alone.ts';
import { thinResolver } from './scripts/eslint-rules/thin-resolver.ts';
import { verbGuards } from './scripts/eslint-rules/verb-guards.ts';

const tests = ['**/*.test.ts', 'tests/**/*.ts', '**/testing/*.ts'];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/_generated/',
      '**/_generated*',
      'sdk/dist/',
      '.cache/',
      '.operandi/',
      'coverage/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: {
      n: node,
      operandi: {
        rules: {
          'members-alone': membersAlone,
          'thin-resolver': thinResolver,
          'verb-guards': verbGuards,
        },
      },
    },
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'n/no-process-env': 'error',
    },
  },
  {
    files: ['core/**/*.ts'],
    ignores: tests,
    rules: { 'operandi/verb-guards': 'error' },
  },
  {
    // The collector of calls isolates by key: several calls may ask for one.
    files: ['**/*.ts'],
    ignores: [...tests, 'connectors/batching.ts'],
    rules: { 'operandi/members-alone': 'error' },
  },
  {
    files: ['subgraphs/*/resolvers/**/*.ts', 'subgraphs/*/resolvers.ts'],
    ignores: tests,
    rules: { 'operandi/thin-resolver': 'error' },
  },
  {
    // Closures that run once for each value of a program take their arguments bare: an object each would cost more.
    files: ['engine/jq/**/*.ts'],
    ignores: tests,
    rules: { 'max-params': ['error', 5] },
  },
  {
    // The doors of the process: they print, and hand the environment to kernel/config.
    files: ['cli/**/*.ts', '**/main.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-console': 'off', 'n/no-process-env': 'off' },
  },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'n/no-process-env': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
