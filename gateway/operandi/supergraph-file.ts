import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { KnownSupergraph } from '../plan/planner.ts';
import { deferSdl } from '../supergraph/defer-sdl.ts';

const schemaFile = (name: string): string =>
  fileURLToPath(new URL(`../../schema/${name}.graphql`, import.meta.url));

/** The supergraph of Operandi's own subgraphs. */
export const supergraphFile = schemaFile('supergraph');

/** What a planner says of it, from the files that are composed together, so that a start waits for no planner. */
export async function readKnownSupergraph(): Promise<KnownSupergraph> {
  const supergraphSdl = await readFile(supergraphFile, 'utf8');
  const api = await readFile(schemaFile('api'), 'utf8');
  const graphs = supergraphSdl.matchAll(/@join__graph\(name: "([^"]*)", url: "([^"]*)"\)/g);
  return {
    supergraphSdl,
    apiSdl: api
      .replace(/^#.*\n/, '')
      .replace(deferSdl, '')
      .trimStart(),
    subgraphs: [...graphs].map(([, name = '', url = '']) => ({ name, url })),
    standIns: {},
  };
}
