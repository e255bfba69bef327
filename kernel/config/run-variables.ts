import { z } from 'zod';
import { integer, list } from './variables.ts';

/** What processes that definitions start may do. */
export const runVariables = {
  OPERANDI_RUN_ISOLATION: z.enum(['bubblewrap', 'unsafe']).default('bubblewrap').meta({
    expected: 'bubblewrap or unsafe',
    meaning:
      'How scripts and shell commands are kept apart: in namespaces of their own, as nobody, by `bwrap`; where that does not work they are refused. `unsafe`: as the user of the worker, who reads all that the worker reads.',
  }),
  OPERANDI_RUN_NETWORK: z.enum(['none', 'host']).default('none').meta({
    expected: 'none or host',
    meaning:
      'What they reach: nothing, or all that the machine reaches, past the address guard of calls.',
  }),
  OPERANDI_RUN_IMAGES: list(z.string().min(1)).meta({
    expected: 'images, several separated by commas; with a * at the end, all that begin so',
    meaning: 'Images of which definitions may start containers.',
  }),
  OPERANDI_RUN_VOLUMES: list(z.string().startsWith('/')).meta({
    expected: 'absolute folders, several separated by commas',
    meaning: 'Folders of the machine that containers may mount, and what is in them.',
  }),
  OPERANDI_RUN_CONCURRENCY: integer(4, [1, 1_000], 'Most such processes of one worker at once.'),
  OPERANDI_RUN_MEMORY_MB: integer(
    512,
    [16, 1_048_576],
    'Largest memory of each of them, and of the files that it writes, MiB.',
  ),
  OPERANDI_RUN_CPU_SECONDS: integer(
    60,
    [1, 86_400],
    'Most processor time of each of them, seconds.',
  ),
  OPERANDI_RUN_TASKS: integer(
    64,
    [4, 100_000],
    'Most processes and threads that each of them has.',
  ),
};
