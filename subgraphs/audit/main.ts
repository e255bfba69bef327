import process from 'node:process';

import { runUntilStopped } from '../../kernel/shutdown.ts';
import { runSubgraph } from '../server/run-subgraph.ts';
import { createAuditSubgraph } from './audit-subgraph.ts';

await runUntilStopped((signal) =>
  runSubgraph({ name: 'audit', create: createAuditSubgraph, env: process.env, signal }),
);
