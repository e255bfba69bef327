import { access } from './de/access.ts';
import { agents } from './de/agents.ts';
import { approvals } from './de/approvals.ts';
import { audit } from './de/audit.ts';
import { figures } from './de/figures.ts';
import { frame } from './de/frame.ts';
import { job } from './de/job.ts';
import { jobs } from './de/jobs.ts';
import { outside } from './de/outside.ts';
import { schedules } from './de/schedules.ts';
import type { en } from './en.ts';
import type { Said } from './said.ts';

/** What the console says in German. */
export const de: Said<typeof en> = {
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
};
