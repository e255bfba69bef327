// Writes the types that codegen.ts names, from the schemas and the SDK's documents; with --check it only compares.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import type { CodegenPlugin, Types } from '@graphql-codegen/plugin-helpers';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { buildASTSchema, lexicographicSortSchema, parse } from 'graphql';

import { generated } from '../codegen.ts';
import { editorLanguage } from './editor-language.ts';
import * as operationTexts from './operation-texts.ts';

const plugins = {
  'operation-texts': operationTexts,
  typescript,
  'typed-document-node': typedDocumentNode,
  'typescript-operations': typescriptOperations,
  'typescript-resolvers': typescriptResolvers,
} satisfies Readonly<Record<string, CodegenPlugin>>;

export interface GeneratedFile {
  readonly schema: string;
  /** The folder of the operations to write types for, in files `.graphql`. */
  readonly documents?: string;
  readonly plugins: readonly (keyof typeof plugins)[];
  readonly config: Readonly<Record<string, unknown>>;
}

const root = new URL('../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function documentsIn(folder: string | undefined): Types.DocumentFile[] {
  if (folder === undefined) return [];
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql'))
    .toSorted()
    .map((name) => {
      const location = `${folder}/${name}`;
      return { location, document: parse(read(location)) };
    });
}

async function generate(filename: string, file: GeneratedFile): Promise<string> {
  const schema = parse(read(file.schema));
  return await codegen({
    filename,
    schema,
    schemaAst: lexicographicSortSchema(
      buildASTSchema(schema, { assumeValidSDL: true, assumeValid: true }),
    ),
    documents: documentsIn(file.documents),
    plugins: file.plugins.map((name) => ({ [name]: {} })),
    pluginMap: plugins,
    config: { ...file.config, importExtension: '.ts' },
  });
}

for (const [path, file] of Object.entries(generated)) put(path, await generate(path, file));
put('console/src/_generated/language.json', editorLanguage());

function put(path: string, text: string): void {
  if (existsSync(new URL(path, root)) && text === read(path)) return;
  if (process.argv.includes('--check')) {
    console.error(`${path} is out of date: run npm run codegen`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(path, root), text);
    console.log(`wrote ${path}`);
  }
}
