// Composes schema/*.graphql into supergraph.graphql and api.graphql; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { Supergraph, printSchema } from '@apollo/federation-internals';
import { deferSdl } from '../gateway/supergraph/defer-sdl.ts';
import { parse } from 'graphql';

const folder = new URL('../schema/', import.meta.url);
const subgraphs = ['access', 'jobs', 'integrations', 'audit'];
const header =
  '# Composed from the four subgraph schemas by `npm run schema:compose`. Do not edit.\n';

function compose(): Readonly<Record<string, string>> {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map((name, index) => ({
      name,
      url: `http://127.0.0.1:${String(4001 + index)}/graphql`,
      typeDefs: parse(readFileSync(new URL(`${name}.graphql`, folder), 'utf8')),
    })),
  );
  if (supergraphSdl === undefined) {
    throw new Error(
      `The subgraph schemas do not compose:\n${errors.map((error) => error.message).join('\n')}`,
    );
  }
  const supergraph = Supergraph.build(supergraphSdl);
  return {
    'supergraph.graphql': `${header}${supergraphSdl.trimEnd()}\n`,
    // Tools of clients want to see what the gateway takes beside what the subgraphs say.
    'api.graphql': `${header}${deferSdl}\n${printSchema(supergraph.apiSchema()).trimEnd()}\n`,
  };
}

function isCurrent(name: string, text: string): boolean {
  try {
    return readFileSync(new URL(name, folder), 'utf8') === text;
  } catch {
    return false;
  }
}

const stale = Object.entries(compose()).filter(([name, text]) => !isCurrent(name, text));
if (process.argv.includes('--check')) {
  for (const [name] of stale)
    console.error(`schema/${name} is out of date: run npm run schema:compose`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [name, text] of stale) writeFileSync(new URL(name, folder), text);
  console.log(
    stale.length === 0
      ? 'schema is up to date'
      : `wrote ${stale.map(([name]) => `schema/${name}`).join(', ')}`,
  );
}
