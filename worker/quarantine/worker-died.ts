import type { JsonObject } from '../../kernel/json.ts';

/** What a job is told of the end of the process that ran it. */
export function workerDied(detail: string): JsonObject {
  return {
    type: 'https://operandi.dev/problems/worker-died',
    title: 'Worker died',
    status: 500,
    detail: `what ran the job died of it: ${detail}`,
  };
}
