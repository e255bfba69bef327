import process from 'node:process';

import { runUntilStopped } from '../../kernel/shutdown.ts';
import { runSubgraph } from '../server/run-subgraph.ts';
import { createIntegrationsSubgraph } from './integrations-subgraph.ts';

await runUntilStopped((signal) =>
  runSubgraph({
    name: 'integrations',
    create: createIntegrationsSubgraph,
    env: process.env,
    signal,
  }),
);
