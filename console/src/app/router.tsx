import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router';

import { JobsPage } from '../features/jobs/jobs-page.tsx';
import { readJobsSearch } from '../features/jobs/jobs-search.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

interface TabSearch {
  readonly tab?: string;
}
interface CompareSearch {
  /** Ids of jobs. */
  readonly a?: string;
  readonly b?: string;
}
interface SchedulesSearch {
  /** `namespace/name` */
  readonly agent?: string;
  readonly paused?: boolean;
}
const tabSearch = ({ tab }: Record<string, unknown>): TabSearch =>
  typeof tab === 'string' ? { tab } : {};

export const jobsRoute = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  validateSearch: readJobsSearch,
  component: JobsPage,
});

// Only the list comes with the first load.
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: () => <Navigate to="/jobs" replace />,
  }),
  jobsRoute,
  createRoute({
    getParentRoute: () => root,
    path: '/jobs/compare',
    validateSearch: ({ a, b }: Record<string, unknown>): CompareSearch => ({
      ...(typeof a === 'string' && { a }),
      ...(typeof b === 'string' && { b }),
    }),
    component: lazyRouteComponent(() => import('../features/job/compare-page.tsx'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/jobs/$id',
    validateSearch: tabSearch,
    component: lazyRouteComponent(() => import('../features/job/job-page.tsx'), 'JobPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/approvals',
    validateSearch: tabSearch,
    component: lazyRouteComponent(
      () => import('../features/approvals/approvals-page.tsx'),
      'ApprovalsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/agents',
    component: lazyRouteComponent(() => import('../features/agents/agents-page.tsx'), 'AgentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/agents/publish',
    component: lazyRouteComponent(
      () => import('../features/agents/publish-page.tsx'),
      'PublishPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/agents/$namespace/$name',
    validateSearch: tabSearch,
    component: lazyRouteComponent(() => import('../features/agents/agent-page.tsx'), 'AgentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules',
    validateSearch: ({ agent, paused }: Record<string, unknown>): SchedulesSearch => ({
      ...(typeof agent === 'string' && { agent }),
      ...(typeof paused === 'boolean' && { paused }),
    }),
    component: lazyRouteComponent(
      () => import('../features/schedules/schedules-page.tsx'),
      'SchedulesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules/new',
    validateSearch: ({ agent }: Record<string, unknown>): SchedulesSearch =>
      typeof agent === 'string' ? { agent } : {},
    component: lazyRouteComponent(
      () => import('../features/schedules/edit-page.tsx'),
      'NewSchedulePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules/$id',
    component: lazyRouteComponent(
      () => import('../features/schedules/schedule-page.tsx'),
      'SchedulePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules/$id/edit',
    component: lazyRouteComponent(
      () => import('../features/schedules/edit-page.tsx'),
      'EditSchedulePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/integrations',
    component: lazyRouteComponent(
      () => import('../features/integrations/integrations-page.tsx'),
      'IntegrationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/integrations/$name',
    component: lazyRouteComponent(
      () => import('../features/integrations/integration-page.tsx'),
      'IntegrationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    component: lazyRouteComponent(
      () => import('../features/webhooks/webhooks-page.tsx'),
      'WebhooksPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/queue',
    component: lazyRouteComponent(() => import('../features/queue/queue-page.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/numbers',
    validateSearch: (search: Record<string, unknown>) => search,
    component: lazyRouteComponent(
      () => import('../features/numbers/numbers-page.tsx'),
      'NumbersPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    validateSearch: (search: Record<string, unknown>) => search,
    component: lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/access',
    validateSearch: tabSearch,
    component: lazyRouteComponent(() => import('../features/access/access-page.tsx'), 'AccessPage'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/console',
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
  // The browser's own brings one back to where one was, and keeps nothing in the tab's storage.
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
