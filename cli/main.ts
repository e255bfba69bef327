#!/usr/bin/env node
import { reportFault } from './fault.ts';
import { createProgram } from './program.ts';

// Apollo's gateway packages would send usage data to their vendor if not told otherwise.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

try {
  const program = await createProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  reportFault(error);
}
