import process from 'node:process';

import { runUntilStopped } from '../../kernel/shutdown.ts';
import { runSubgraph } from '../server/run-subgraph.ts';
import { createAccessSubgraph } from './access-subgraph.ts';

await runUntilStopped((signal) =>
  runSubgraph({ name: 'access', create: createAccessSubgraph, env: process.env, signal }),
);
