import { hasPermission, inherited } from '../server/permissions.ts';
import type { PermissionMap } from '../server/permissions.ts';

const read = hasPermission('JOBS_READ');
const submit = hasPermission('JOBS_SUBMIT');
const operate = hasPermission('JOBS_OPERATE');
const publish = hasPermission('AGENTS_PUBLISH');
const decide = hasPermission('APPROVALS_DECIDE');
const readIntegrations = hasPermission('INTEGRATIONS_READ');
const manageIntegrations = hasPermission('INTEGRATIONS_MANAGE');

/**
 * Who may do what. A caller who may only submit sees the jobs it submitted and what came of them; the fields that
 * lead further need the permission to read.
 */
export const permissions: PermissionMap = {
  Query: {
    _entities: read,
    agent: read,
    agents: read,
    job: read,
    jobs: read,
    approvals: read,
    redrivePlan: operate,
    queue: read,
    secrets: readIntegrations,
    validateDefinition: read,
  },
  Mutation: {
    publishAgent: publish,
    archiveAgent: publish,
    resumeAgent: operate,
    submitJob: submit,
    submitJobs: submit,
    runJob: submit,
    cancelJob: operate,
    pauseJob: operate,
    resumeJob: operate,
    redriveJob: operate,
    decideApproval: decide,
    sendEvent: operate,
    setSecret: manageIntegrations,
    updateSecret: manageIntegrations,
    deleteSecret: manageIntegrations,
  },
  Subscription: { jobEvents: read, jobChanges: read, approvalRequests: read },
  Agent: { '*': inherited, versions: read },
  AgentSchedule: inherited,
  AgentVersion: inherited,
  Job: {
    '*': inherited,
    agent: read,
    agentVersion: read,
    steps: read,
    events: read,
    attemptsLog: read,
    approvals: read,
    parent: read,
  },
  JobError: inherited,
  JobResult: inherited,
  JobAttempt: inherited,
  JobLabel: inherited,
  JobBlock: inherited,
  JobCount: inherited,
  RedrivePlan: { '*': inherited, job: read },
  RedriveEntry: inherited,
  JobStep: inherited,
  JobEvent: inherited,
  JobChange: inherited,
  Approval: { '*': inherited, job: read },
  ApprovalDecision: inherited,
  ApprovalRequest: inherited,
  QueueStats: inherited,
  Secret: inherited,
  SecretConnection: inherited,
  SecretEdge: inherited,
  SecretPayload: inherited,
  Finding: inherited,
  DefinitionReport: inherited,
  UserError: inherited,
  PageInfo: inherited,
  AgentConnection: inherited,
  AgentEdge: inherited,
  AgentVersionConnection: inherited,
  AgentVersionEdge: inherited,
  JobConnection: inherited,
  JobEdge: inherited,
  JobStepConnection: inherited,
  JobStepEdge: inherited,
  JobEventConnection: inherited,
  JobEventEdge: inherited,
  ApprovalConnection: inherited,
  ApprovalEdge: inherited,
  PublishAgentPayload: inherited,
  ArchiveAgentPayload: inherited,
  ResumeAgentPayload: inherited,
  SubmitJobPayload: inherited,
  SubmitJobsPayload: inherited,
  RunJobPayload: inherited,
  JobPayload: inherited,
  DecideApprovalPayload: inherited,
  SendEventPayload: inherited,
};
