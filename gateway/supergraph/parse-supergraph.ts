import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';

import { type Feature, readFeatures } from './features.ts';

const apollo = 'https://specs.apollo.dev';

/** What the planner, the directives of this gateway and its executor together do. */
const supported = new Set(
  [
    ...['link/v1.0', 'core/v0.1', 'core/v0.2'],
    ...['join/v0.1', 'join/v0.2', 'join/v0.3', 'join/v0.4', 'join/v0.5'],
    ...['tag/v0.1', 'tag/v0.2', 'tag/v0.3', 'inaccessible/v0.1', 'inaccessible/v0.2'],
    ...['authenticated/v0.1', 'requiresScopes/v0.1', 'policy/v0.1'],
    ...['context/v0.1', 'cost/v0.1'],
    // Names what the cache of answers may forget.
    'cacheTag/v0.1',
  ].map((path) => `${apollo}/${path}`),
);

/** Parses the SDL and sees that it is a supergraph of which nothing that matters would be ignored. */
export function parseSupergraph(sdl: string): DocumentNode {
  const document = parseSdl(sdl);
  const features = readFeatures(document);
  if (!features.some(({ identity }) => identity === `${apollo}/join`)) {
    throw new Error(describeOther(document, features));
  }
  if (sdl.includes(`url: "${apollo}/connect/`)) {
    throw new Error(
      'it uses Apollo Connectors (@connect), which this gateway does not run; put a subgraph in front of the REST service',
    );
  }
  // https://specs.apollo.dev/link/v1.0/#Purpose: who does not know such a feature must not serve the schema.
  const unknown = features.filter(
    ({ purpose, url }) => purpose !== undefined && !supported.has(url),
  );
  if (unknown.length > 0) {
    const list = unknown.map(({ url, purpose }) => `${url} (for: ${purpose ?? ''})`).join(', ');
    throw new Error(`it needs features that this gateway does not have: ${list}`);
  }
  return document;
}

function parseSdl(sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [at] = error.locations ?? [];
    const place = at === undefined ? '' : ` at line ${at.line}, column ${at.column}`;
    throw new Error(`it is not SDL: ${looksLike(sdl) ?? `${error.message}${place}`}`, {
      cause: error,
    });
  }
}

function looksLike(text: string): string | undefined {
  const start = text.trimStart();
  if (start === '') return 'it is empty';
  if (start.startsWith('{')) return 'it looks like JSON, e.g. the configuration of another router';
  if (start.startsWith('<')) return 'it looks like HTML';
  return undefined;
}

function describeOther(document: DocumentNode, features: readonly Feature[]): string {
  const isSubgraph =
    features.some(({ identity }) => identity === `${apollo}/federation`) ||
    document.definitions.some(
      (definition) =>
        (definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
          definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
        definition.directives?.some(({ name }) => name.value === 'key'),
    );
  return isSubgraph
    ? 'it is the schema of a subgraph; compose the subgraphs into a supergraph first, e.g. with "rover supergraph compose"'
    : 'it is a schema, but no supergraph: it does not link to https://specs.apollo.dev/join, as composed schemas do';
}
