import { access } from './en/access.ts';
import { agents } from './en/agents.ts';
import { approvals } from './en/approvals.ts';
import { audit } from './en/audit.ts';
import { figures } from './en/figures.ts';
import { frame } from './en/frame.ts';
import { job } from './en/job.ts';
import { jobs } from './en/jobs.ts';
import { outside } from './en/outside.ts';
import { schedules } from './en/schedules.ts';

/** What the console says in English; `de.ts` says all of it in German. */
export const en = {
  ...frame,
  ...jobs,
  ...job,
  ...audit,
  ...approvals,
  ...agents,
  ...schedules,
  ...outside,
  ...figures,
  ...access,
} as const;
