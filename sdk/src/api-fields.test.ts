import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSchema, isObjectType, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What programs seldom ask for is asked for by its typed document, with `client.request`; a method each would weigh on every page. */
const byDocument: Readonly<Record<string, readonly string[]>> = {
  'who may do what is administered': [
    ...['Query.viewer', 'Query.tenant', 'Query.members', 'Query.apiKeys', 'Query.roles'],
    ...['Query.customRoles', 'Query.groups', 'Query.identityProviders', 'Query.sessions'],
    ...['Mutation.createApiKey', 'Mutation.rotateApiKey', 'Mutation.revokeApiKey'],
    ...['Mutation.inviteMember', 'Mutation.setMemberRole', 'Mutation.removeMember'],
    ...['Mutation.createRole', 'Mutation.updateRole', 'Mutation.deleteRole'],
    ...['Mutation.createGroup', 'Mutation.updateGroup', 'Mutation.deleteGroup'],
    ...['Mutation.addGroupMember', 'Mutation.removeGroupMember', 'Mutation.endSession'],
    ...['Mutation.createIdentityProvider', 'Mutation.removeIdentityProvider'],
    ...['Mutation.updateTenant', 'Mutation.revokeAccessToken'],
    ...['Query.jobRetention', 'Mutation.setJobRetention'],
    ...['Query.delegations', 'Mutation.createDelegation', 'Mutation.endDelegation'],
  ],
  'the log is administered, or proved by @operandi/sdk/verify': [
    ...['Query.verifyAuditChain', 'Query.auditCheckpoints', 'Query.inclusionProof'],
    ...['Query.consistencyProof', 'Query.auditRetention', 'Mutation.setAuditRetention'],
    ...['Query.auditStreams', 'Query.auditStream', 'Mutation.createAuditStream'],
    ...['Mutation.pauseAuditStream', 'Mutation.resumeAuditStream', 'Mutation.testAuditStream'],
    ...['Mutation.rotateAuditStreamSecret', 'Mutation.deleteAuditStream', 'Mutation.eraseSubject'],
    ...['Query.legalHolds', 'Mutation.placeLegalHold', 'Mutation.releaseLegalHold'],
  ],
  'what stands outside is set up': [
    ...['Query.secrets', 'Mutation.setSecret', 'Mutation.updateSecret', 'Mutation.deleteSecret'],
    ...['Query.connectLink', 'Mutation.createConnectLink'],
    ...['Mutation.labelIntegration', 'Mutation.clearIntegrationCache'],
    ...['Query.webhooks', 'Query.webhook', 'Query.webhookDelivery', 'Mutation.createWebhook'],
    ...['Mutation.updateWebhook', 'Mutation.deleteWebhook', 'Mutation.rotateWebhookSecret'],
    ...['Mutation.testWebhook', 'Mutation.redeliverWebhook'],
    ...['Query.inboundWebhooks', 'Query.inboundWebhook', 'Mutation.createInboundWebhook'],
    ...['Mutation.updateInboundWebhook', 'Mutation.deleteInboundWebhook'],
    'Mutation.rotateInboundWebhookSecret',
  ],
  'it is looked at by people': [
    ...['Query.queue', 'Query.analytics', 'Query.jobBatch', 'Subscription.jobBatchChanges'],
    ...['Query.bulkOperations', 'Query.bulkOperation', 'Mutation.cancelBulkOperation'],
    'Subscription.bulkOperationProgress',
  ],
};

const without = {
  'directories ask for it by SCIM': [
    ...['Query.directoryMembers', 'Query.directoryMember', 'Mutation.provisionMember'],
  ],
  'what it is answered with depends on what is asked of it: a document of your own': [
    ...['Query.node', 'Query.nodes'],
  ],
};

const operations = readdirSync(join(root, 'sdk/documents')).flatMap((file) =>
  parse(read(`sdk/documents/${file}`)).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const type = `${definition.operation.slice(0, 1).toUpperCase()}${definition.operation.slice(1)}`;
    const fields = definition.selectionSet.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [`${type}.${selection.name.value}`] : [],
    );
    return [{ name: definition.name?.value ?? '', fields }];
  }),
);

it('each field of the API has a method, or a document and a reason', () => {
  const schema = buildSchema(read('schema/api.graphql'), { assumeValid: true });
  const fields = ['Query', 'Mutation', 'Subscription'].flatMap((name) => {
    const type = schema.getType(name);
    return isObjectType(type)
      ? Object.keys(type.getFields()).map((field) => `${name}.${field}`)
      : [];
  });
  const sources = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => read(`sdk/src/${file}`))
    .join('\n');
  const isSent = (name: string): boolean =>
    new RegExp(`\\b${name}(Operation|Document)\\b`).test(sources);
  const withMethod = operations.filter(({ name }) => isSent(name)).flatMap((each) => each.fields);
  const listed = [...Object.values(byDocument), ...Object.values(without)].flat();
  expect(fields.filter((field) => !withMethod.includes(field)).toSorted()).toEqual(
    listed.toSorted(),
  );
});

it('what has no method has a document', () => {
  const documented = operations.flatMap(({ fields }) => fields);
  const lacking = Object.values(byDocument)
    .flat()
    .filter((field) => !documented.includes(field));
  expect(lacking).toEqual([]);
});
