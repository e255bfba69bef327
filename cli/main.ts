import { reportFault } from './fault.ts';
import { createProgram } from './program.ts';
import { endWithReader } from './end-with-reader.ts';

// Apollo's gateway packages would send usage data to their vendor if not told otherwise.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

endWithReader();

createProgram(process.argv.slice(2))
  .then((program) => program.parseAsync())
  .catch(reportFault);
