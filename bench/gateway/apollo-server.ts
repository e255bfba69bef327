import { readFileSync } from 'node:fs';

import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/* One application of Apollo Server under measurement: node apollo-server.ts apollo|operandi-apollo PORT SUPERGRAPH. */

const [kind = '', port = '', file = ''] = process.argv.slice(2);
const supergraphSdl = readFileSync(file, 'utf8');
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

await startStandaloneServer(new ApolloServer({ gateway: await createGateway() }), {
  listen: { port: Number(port), host: '127.0.0.1' },
});

/** Loads nothing of the other. */
async function createGateway() {
  if (kind === 'apollo') {
    const { ApolloGateway } = await import('@apollo/gateway');
    return new ApolloGateway({ supergraphSdl });
  }
  const { OperandiGateway } = await import('../../apollo-server/src/index.ts');
  return new OperandiGateway({ supergraphSdl });
}
