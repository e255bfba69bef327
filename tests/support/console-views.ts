import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An address of the console, as tests walk it. */
export interface View {
  readonly address: string;
  /** The operation whose answer it is for; absent for what asks nothing before it is shown. */
  readonly asks?: string;
  /** True when it moves by itself. */
  readonly isLive?: true;
  /** True when there is something to show also in a tenant that has nothing. */
  readonly isNeverEmpty?: true;
}

/** What the addresses with a name in them are of. */
export interface Things {
  readonly job: string;
  readonly other: string;
  /** `namespace/name` */
  readonly agent: string;
  readonly schedule: string;
  readonly integration: string;
}

/** Things that no tenant has. */
export const nothing: Things = {
  ...{ job: '01900000-0000-7000-8000-000000000000', other: '01900000-0000-7000-8000-000000000001' },
  ...{ agent: 'no/such', schedule: '01900000-0000-7000-8000-000000000002', integration: 'none' },
};

/** All views, by the routes of the router; those with tabs by their tabs. */
export function consoleViews(things: Things): Readonly<Record<string, readonly View[]>> {
  const { job, other, agent, schedule, integration } = things;
  const tabs = (path: string, asks: Readonly<Record<string, string>>, more: Partial<View> = {}) =>
    Object.entries(asks).map(([tab, name]) => ({
      ...{ address: `${path}?tab=${tab}`, asks: name },
      ...more,
    }));
  return {
    '/': [{ address: '/', asks: 'JobRows', isLive: true }],
    '/jobs': [{ address: '/jobs', asks: 'JobRows', isLive: true }],
    '/jobs/compare': [
      { address: `/jobs/compare?a=${job}&b=${other}`, asks: 'JobWholeById' },
      { address: '/jobs/compare' },
    ],
    '/jobs/$id': [
      { address: `/jobs/${job}`, asks: 'JobWholeById' },
      ...tabs(`/jobs/${job}`, {
        ...{ timeline: 'JobSteps', graph: 'JobDefinition', data: 'JobWholeById' },
        ...{ events: 'JobEventRows', calls: 'JobCalls', result: 'JobRendered', audit: 'JobTrail' },
      }),
    ],
    '/approvals': [
      ...['mine', 'open', 'decided', 'rejected', 'expired'].map((tab): View => ({
        address: `/approvals?tab=${tab}`,
        asks: 'Inbox',
        isLive: true,
      })),
      ...tabs('/approvals', { delegations: 'Delegations' }),
    ],
    '/agents': [{ address: '/agents', asks: 'AgentRows' }],
    '/agents/publish': [{ address: '/agents/publish', isNeverEmpty: true }],
    '/agents/$namespace/$name': tabs(`/agents/${agent}`, {
      ...{ definition: 'AgentWhole', try: 'AgentWhole', versions: 'AgentTexts' },
      schemas: 'AgentWhole',
    }),
    '/schedules': [{ address: '/schedules', asks: 'ScheduleRows' }],
    '/schedules/new': [{ address: `/schedules/new?agent=${agent}`, isNeverEmpty: true }],
    '/schedules/$id': [{ address: `/schedules/${schedule}`, asks: 'ScheduleWhole' }],
    '/schedules/$id/edit': [{ address: `/schedules/${schedule}/edit`, asks: 'ScheduleWhole' }],
    '/integrations': [{ address: '/integrations', asks: 'IntegrationRows' }],
    '/integrations/$name': [{ address: `/integrations/${integration}`, asks: 'IntegrationWhole' }],
    '/webhooks': [{ address: '/webhooks', asks: 'Hooks' }],
    '/queue': [{ address: '/queue', asks: 'QueueNow' }],
    '/numbers': [{ address: '/numbers', asks: 'Numbers', isNeverEmpty: true }],
    '/audit': [
      // The first key of a tenant is on record, too.
      { address: '/audit?tab=log', asks: 'Trail', isLive: true, isNeverEmpty: true },
      ...tabs('/audit', { streams: 'Streams' }),
    ],
    '/access': [
      ...tabs(
        '/access',
        { members: 'Members', keys: 'Keys', roles: 'Roles' },
        { isNeverEmpty: true },
      ),
      ...tabs('/access', { sessions: 'SessionRows', providers: 'Providers' }),
    ],
  };
}

/** The routes as the console's router has them. */
export function routesOfConsole(): readonly string[] {
  const folder = fileURLToPath(new URL('../../console/src/app/', import.meta.url));
  const source = readFileSync(join(folder, 'router.tsx'), 'utf8');
  return [...source.matchAll(/^ +path: '([^']+)'/gm)].map(([, path = '']) => path);
}

/** Tabs of a view by its addresses. */
export function tabsOf(views: readonly View[]): readonly string[] {
  return views.flatMap(({ address }) => /[?&]tab=(\w+)/.exec(address)?.[1] ?? []);
}
