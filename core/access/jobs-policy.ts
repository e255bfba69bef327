import { z } from 'zod';

/** What becomes of the jobs of a credential once it has ended. */
export const jobsPolicies = ['STOP', 'FINISH', 'ASK'] as const;

export type JobsPolicy = (typeof jobsPolicies)[number];

/** As the verbs that end a credential take it; a credential is mostly ended because it is no longer trusted. */
export const jobsPolicyInput = z
  .enum(jobsPolicies)
  .nullish()
  .transform((policy) => policy ?? 'STOP');
