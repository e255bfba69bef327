import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const weatherSdl = `
  type Query { stations: [Station!]! }
  type Mutation { calibrate(id: ID!): Station }
  type Station @key(fields: "id") { id: ID! wind(unit: String!): Int sensor: Sensor }
  interface Sensor { noise(bits: Int!): Int }
  type Vane implements Sensor { noise(bits: Int!): Int }`;
const adviceSdl = `
  type Station @key(fields: "id") {
    id: ID!
    wind(unit: String!): Int @external
    sensor: Sensor @external
    sailing(polite: Boolean): String @requires(fields: "wind(unit: \\"knots\\")")
    cycling: String @requires(fields: "wind(unit: \\"km\\")")
    quality: Int @requires(fields: "sensor { noise(bits: 8) }")
    fineQuality: Int @requires(fields: "sensor { noise(bits: 16) } wind(unit: \\"km\\")")
  }
  interface Sensor { noise(bits: Int!): Int }
  type Vane implements Sensor @external { noise(bits: Int!): Int }`;

interface Reference {
  readonly wind: number;
  readonly sensor: { readonly noise: number };
}

let weather: SubgraphServer;
let advice: SubgraphServer;
const supergraph = () => ({
  sdl: compose([
    { name: 'weather', url: weather.url, sdl: weatherSdl },
    { name: 'advice', url: advice.url, sdl: adviceSdl },
  ]),
});

beforeEach(async () => {
  const station = { id: 's1' };
  const noise = ({ bits }: { readonly bits?: unknown }): number => Number(bits) * 100;
  weather = await startSubgraph(weatherSdl, {
    Query: { stations: () => [station] },
    Mutation: { calibrate: () => station },
    Station: {
      __resolveReference: (reference) => reference,
      wind: (_, { unit }) => (unit === 'knots' ? 10 : 18),
      sensor: () => ({ __typename: 'Vane' }),
    },
    Vane: { noise: (_, given) => noise(given) },
  });
  const read = (reference: unknown): Reference => reference as Reference;
  advice = await startSubgraph(adviceSdl, {
    Station: {
      __resolveReference: (reference) => reference,
      sailing: (own, { polite }) => `${read(own).wind} kn${polite === true ? ', please' : ''}`,
      cycling: (own) => `${read(own).wind} km/h`,
      quality: (own) => read(own).sensor.noise,
      fineQuality: (own) => read(own).sensor.noise + read(own).wind,
    },
  });
});
afterEach(async () => {
  await weather[Symbol.asyncDispose]();
  await advice[Symbol.asyncDispose]();
});

const fields = 'wind(unit: "m") sailing(polite: $polite) cycling quality fine: fineQuality';
const values = {
  wind: 18,
  sailing: '10 kn, please',
  cycling: '18 km/h',
  quality: 800,
  fine: 1618,
};

test.each([
  [`query ($polite: Boolean) { stations { ${fields} } }`, { stations: [values] }],
  [`mutation ($polite: Boolean) { calibrate(id: "s1") { ${fields} } }`, { calibrate: values }],
])('requires a field with several sets of arguments in %s', async (query, data) => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, { query, variables: { polite: true } });
  expect(body).toEqual({ data });
  // What contradicts travels apart, in one request.
  expect(advice.received).toHaveLength(1);
});

test('requires a field with other arguments in a deferred fragment', async () => {
  await using gateway = await startGateway({ supergraph: supergraph() });
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed; deferSpec=20220824' },
    body: JSON.stringify({
      query: '{ stations { sailing ... @defer { cycling quality fineQuality } } }',
    }),
  });
  const text = await response.text();
  expect(text).toContain('{"data":{"stations":[{"sailing":"10 kn"}]},"hasNext":true}');
  expect(text).toContain('"data":{"cycling":"18 km/h","quality":800,"fineQuality":1618}');
});

test('names the required field, and not its stand-in, to clients', async () => {
  weather.intercept = (request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      const station = { __typename: 'Station', id: 's1', wind__r0: null, wind__r1: null };
      const errors = ['wind__r0', 'wind__r1'].map((key) => ({
        message: 'calm',
        path: ['stations', 0, key],
      }));
      response.end(JSON.stringify({ data: { stations: [station] }, errors }));
    });
    return true;
  };
  await using gateway = await startGateway({ supergraph: supergraph() });
  const { body } = await ask(gateway.url, { query: '{ stations { sailing cycling } }' });
  expect(body['errors']).toMatchObject([
    { message: 'calm', path: ['stations', 0, 'wind'] },
    { message: 'calm', path: ['stations', 0, 'wind'] },
  ]);
  const schema = await ask(gateway.url, {
    query: '{ __type(name: "Station") { fields { name } } }',
  });
  expect(JSON.stringify(schema.body)).not.toContain('__r');
});
