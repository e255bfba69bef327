import process from 'node:process';

import { runUntilStopped } from '../../kernel/shutdown.ts';
import { runSubgraph } from '../server/run-subgraph.ts';
import { createJobsSubgraph } from './jobs-subgraph.ts';

await runUntilStopped((signal) =>
  runSubgraph({ name: 'jobs', create: createJobsSubgraph, env: process.env, signal }),
);
