import { hasPermission, inherited, linksOnly } from '../server/permissions.ts';
import type { PermissionMap } from '../server/permissions.ts';

const read = hasPermission('INTEGRATIONS_READ');
const manage = hasPermission('INTEGRATIONS_MANAGE');
const invoke = hasPermission('INTEGRATIONS_INVOKE');

/** What mutations answer can be followed to calls and integrations only by those who may read them. */
export const permissions: PermissionMap = {
  Query: {
    _entities: read,
    integration: read,
    integrations: read,
    integrationKinds: read,
    connectLink: manage,
  },
  Mutation: {
    createIntegration: manage,
    updateIntegration: manage,
    labelIntegration: manage,
    clearIntegrationCache: manage,
    deleteIntegration: manage,
    setCredential: manage,
    createConnectLink: manage,
    viewConnectLink: linksOnly,
    beginConsent: linksOnly,
    finishConsent: linksOnly,
    testIntegration: manage,
    discoverIntegration: manage,
    invokeIntegration: invoke,
  },
  Integration: { '*': inherited, calls: read },
  IntegrationCall: { '*': inherited, integration: read },
  Job: { '*': inherited, integrationCalls: read },
  Label: inherited,
  CredentialStatus: inherited,
  IntegrationHealth: inherited,
  CallFailureCount: inherited,
  CacheUse: inherited,
  CallTiming: inherited,
  ConnectLink: { '*': inherited, integration: read },
  ConnectLinkView: inherited,
  BegunConsent: inherited,
  CreateConnectLinkPayload: inherited,
  IntegrationOperation: inherited,
  IntegrationKind: inherited,
  UserError: inherited,
  PageInfo: inherited,
  IntegrationConnection: inherited,
  IntegrationEdge: inherited,
  IntegrationCallConnection: inherited,
  IntegrationCallEdge: inherited,
  IntegrationPayload: inherited,
  TestIntegrationPayload: inherited,
  InvokeIntegrationPayload: inherited,
};
