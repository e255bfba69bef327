import { reportFault } from './fault.ts';
import { createProgram } from './program.ts';

// Apollo's gateway packages would send usage data to their vendor if not told otherwise.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

createProgram(process.argv.slice(2))
  .then((program) => program.parseAsync())
  .catch(reportFault);
