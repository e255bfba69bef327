import { reachEnded } from '../core/access/reach-ended.ts';
import { reachSuspended } from '../core/access/reach-suspended.ts';
import { veilNames } from '../core/audit/names/veil-names.ts';
import { forgetAuditEvents } from '../core/audit/retention/forget-audit-events.ts';
import { sealAuditEvents } from '../core/audit/seal.ts';
import { makeMonths } from '../core/history/make-months.ts';
import { forgetEvents } from '../core/jobs/forget-events.ts';
import { forgetJobs } from '../core/jobs/retention/forget-jobs.ts';
import { pausePoisonAgents } from '../core/jobs/pause-poison-agents.ts';
import { tickSchedules } from '../core/jobs/tick-schedules.ts';
import type { Chore } from './every.ts';
import type { WorkerServices } from './worker-services.ts';

const defaultPoisonJobs = 3;
const reapIntervalMs = 1_000;
const reapLimit = 100;
const pauseIntervalMs = 2_000;
const pauseLimit = 500;
const tellIntervalMs = 2_000;
const tickIntervalMs = 500;
const tickLimit = 50;
const chaseIntervalMs = 1_000;
const chaseLimit = 100;
const settleIntervalMs = 500;
const reachIntervalMs = 2_000;
const reachLimit = 20;
const forgetIntervalMs = 60_000;
const forgetLimit = 1_000;
const sealIntervalMs = 500;
const sealLimit = 1_000;
const forgetJobsPortion = { tenants: 100, jobs: 500 };
const forgetPortion = { tenants: 100, events: 2_000 };
const veilIntervalMs = 2_000;
const veilPortion = { tenants: 50, events: 500 };
const sweepIntervalMs = 5_000;
const sweepSeconds = 60;
const sweepLimit = 100;

/** What a worker does at intervals besides running jobs, for all tenants. */
export function choresOf(services: WorkerServices): readonly Chore[] {
  const { queue, config, lanes, poisonJobs = defaultPoisonJobs } = services;
  return [
    {
      name: 'reap',
      intervalMs: reapIntervalMs,
      turn: async () => (await queue.reap(reapLimit)).length === reapLimit,
    },
    {
      name: 'quarantine',
      intervalMs: reapIntervalMs,
      turn: async () => {
        if (lanes !== undefined && (await queue.hasQuarantined())) lanes.open();
        return false;
      },
    },
    {
      name: 'sweep-gates',
      intervalMs: sweepIntervalMs,
      turn: async () => (await queue.sweepGates(sweepSeconds)) === sweepLimit,
    },
    {
      name: 'pause-agents',
      intervalMs: pauseIntervalMs,
      turn: async () =>
        (await pausePoisonAgents(services, { deaths: poisonJobs, limit: pauseLimit })) ===
        pauseLimit,
    },
    {
      name: 'answer-parents',
      intervalMs: tellIntervalMs,
      turn: async () => (await queue.answerParents(reapLimit)) === reapLimit,
    },
    {
      name: 'tick-schedules',
      intervalMs: tickIntervalMs,
      turn: () => tickSchedules({ ...services, limits: config.limits }, tickLimit),
    },
    {
      name: 'chase-approvals',
      intervalMs: chaseIntervalMs,
      turn: async () => (await queue.chaseApprovals(chaseLimit)) === chaseLimit,
    },
    {
      name: 'settle-decisions',
      intervalMs: settleIntervalMs,
      turn: async () => (await queue.settleDecisions(chaseLimit)) === chaseLimit,
    },
    ...reachChores(services),
    {
      name: 'forget-events',
      intervalMs: forgetIntervalMs,
      turn: async () => (await forgetEvents(services, forgetLimit)) >= forgetLimit,
    },
    ...historyChores(services),
    ...auditChores(services),
  ];
}

function historyChores(services: WorkerServices): readonly Chore[] {
  return [
    {
      name: 'make-months',
      intervalMs: forgetIntervalMs,
      turn: () => makeMonths(services),
    },
    {
      name: 'forget-jobs',
      intervalMs: forgetIntervalMs,
      turn: () => forgetJobs(services, forgetJobsPortion),
    },
  ];
}

function reachChores(services: WorkerServices): readonly Chore[] {
  return [
    {
      name: 'reach-ended-credentials',
      intervalMs: reachIntervalMs,
      turn: async () => (await reachEnded(services, reachLimit)) === reachLimit,
    },
    {
      name: 'reach-suspended-tenants',
      intervalMs: reachIntervalMs,
      turn: () => reachSuspended(services),
    },
  ];
}

function auditChores(services: WorkerServices): readonly Chore[] {
  return [
    {
      name: 'seal',
      intervalMs: sealIntervalMs,
      turn: async () => (await sealAuditEvents(services, sealLimit)) === sealLimit,
    },
    {
      name: 'forget-audit-events',
      intervalMs: forgetIntervalMs,
      turn: () => forgetAuditEvents(services, forgetPortion),
    },
    {
      name: 'veil-names',
      intervalMs: veilIntervalMs,
      turn: () => veilNames(services, veilPortion),
    },
  ];
}
