import type * as Types from './documents.ts';
import type { TypedOperation } from '../typed-operation.ts';

export const CreateApiKeyOperation: TypedOperation<Types.CreateApiKeyMutation, Types.CreateApiKeyMutationVariables> = {
  name: 'CreateApiKey',
  kind: 'mutation',
  text: "mutation CreateApiKey($input:CreateApiKeyInput!){createApiKey(input:$input){apiKey{id name prefix permissions}secret userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListApiKeysOperation: TypedOperation<Types.ListApiKeysQuery, Types.ListApiKeysQueryVariables> = {
  name: 'ListApiKeys',
  kind: 'query',
  text: "query ListApiKeys($first:Int$after:String){apiKeys(first:$first after:$after){nodes{id name prefix permissions customRole{id name}createdAt expiresAt lastUsedAt revokedAt}pageInfo{hasNextPage endCursor}}}",
};
export const RotateApiKeyOperation: TypedOperation<Types.RotateApiKeyMutation, Types.RotateApiKeyMutationVariables> = {
  name: 'RotateApiKey',
  kind: 'mutation',
  text: "mutation RotateApiKey($input:RotateApiKeyInput!){rotateApiKey(input:$input){apiKey{id name prefix permissions}secret userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RevokeApiKeyOperation: TypedOperation<Types.RevokeApiKeyMutation, Types.RevokeApiKeyMutationVariables> = {
  name: 'RevokeApiKey',
  kind: 'mutation',
  text: "mutation RevokeApiKey($input:RevokeApiKeyInput!){revokeApiKey(input:$input){apiKey{id revokedAt}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const WhoAmIOperation: TypedOperation<Types.WhoAmIQuery, Types.WhoAmIQueryVariables> = {
  name: 'WhoAmI',
  kind: 'query',
  text: "query WhoAmI{viewer{id kind name permissions tenant{id name}}}",
};
export const ListIdentityProvidersOperation: TypedOperation<Types.ListIdentityProvidersQuery, Types.ListIdentityProvidersQueryVariables> = {
  name: 'ListIdentityProviders',
  kind: 'query',
  text: "query ListIdentityProviders{identityProviders{id name issuer audience clientId jwksUrl algorithms tokenTypes roleClaim groupClaim createdAt}}",
};
export const CreateIdentityProviderOperation: TypedOperation<Types.CreateIdentityProviderMutation, Types.CreateIdentityProviderMutationVariables> = {
  name: 'CreateIdentityProvider',
  kind: 'mutation',
  text: "mutation CreateIdentityProvider($input:CreateIdentityProviderInput!){createIdentityProvider(input:$input){identityProvider{id name issuer audience clientId}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RemoveIdentityProviderOperation: TypedOperation<Types.RemoveIdentityProviderMutation, Types.RemoveIdentityProviderMutationVariables> = {
  name: 'RemoveIdentityProvider',
  kind: 'mutation',
  text: "mutation RemoveIdentityProvider($input:RemoveIdentityProviderInput!){removeIdentityProvider(input:$input){identityProvider{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListSessionsOperation: TypedOperation<Types.ListSessionsQuery, Types.ListSessionsQueryVariables> = {
  name: 'ListSessions',
  kind: 'query',
  text: "query ListSessions($mine:Boolean!$first:Int$after:String){sessions(mine:$mine first:$first after:$after){nodes{id kind agent createdAt lastUsedAt expiresAt member{id name}}pageInfo{hasNextPage endCursor}}}",
};
export const EndSessionOperation: TypedOperation<Types.EndSessionMutation, Types.EndSessionMutationVariables> = {
  name: 'EndSession',
  kind: 'mutation',
  text: "mutation EndSession($input:EndSessionInput!){endSession(input:$input){id userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListRolesOperation: TypedOperation<Types.ListRolesQuery, Types.ListRolesQueryVariables> = {
  name: 'ListRoles',
  kind: 'query',
  text: "query ListRoles{roles{name permissions}customRoles{id name permissions conditions{permission labels{name values}}}}",
};
export const CreateRoleOperation: TypedOperation<Types.CreateRoleMutation, Types.CreateRoleMutationVariables> = {
  name: 'CreateRole',
  kind: 'mutation',
  text: "mutation CreateRole($input:CreateRoleInput!){createRole(input:$input){customRole{id name permissions}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const UpdateRoleOperation: TypedOperation<Types.UpdateRoleMutation, Types.UpdateRoleMutationVariables> = {
  name: 'UpdateRole',
  kind: 'mutation',
  text: "mutation UpdateRole($input:UpdateRoleInput!){updateRole(input:$input){customRole{id name permissions}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteRoleOperation: TypedOperation<Types.DeleteRoleMutation, Types.DeleteRoleMutationVariables> = {
  name: 'DeleteRole',
  kind: 'mutation',
  text: "mutation DeleteRole($input:DeleteRoleInput!){deleteRole(input:$input){customRole{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListMembersOperation: TypedOperation<Types.ListMembersQuery, Types.ListMembersQueryVariables> = {
  name: 'ListMembers',
  kind: 'query',
  text: "query ListMembers($first:Int$after:String){members(first:$first after:$after){nodes{id email name role customRole{id name}createdAt}pageInfo{hasNextPage endCursor}}}",
};
export const InviteMemberOperation: TypedOperation<Types.InviteMemberMutation, Types.InviteMemberMutationVariables> = {
  name: 'InviteMember',
  kind: 'mutation',
  text: "mutation InviteMember($input:InviteMemberInput!){inviteMember(input:$input){member{id email name role}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const SetMemberRoleOperation: TypedOperation<Types.SetMemberRoleMutation, Types.SetMemberRoleMutationVariables> = {
  name: 'SetMemberRole',
  kind: 'mutation',
  text: "mutation SetMemberRole($input:SetMemberRoleInput!){setMemberRole(input:$input){member{id role customRole{id name}}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RemoveMemberOperation: TypedOperation<Types.RemoveMemberMutation, Types.RemoveMemberMutationVariables> = {
  name: 'RemoveMember',
  kind: 'mutation',
  text: "mutation RemoveMember($input:RemoveMemberInput!){removeMember(input:$input){member{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const CreateAccessTokenOperation: TypedOperation<Types.CreateAccessTokenMutation, Types.CreateAccessTokenMutationVariables> = {
  name: 'CreateAccessToken',
  kind: 'mutation',
  text: "mutation CreateAccessToken($input:CreateAccessTokenInput!){createAccessToken(input:$input){id secret expiresAt userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RevokeAccessTokenOperation: TypedOperation<Types.RevokeAccessTokenMutation, Types.RevokeAccessTokenMutationVariables> = {
  name: 'RevokeAccessToken',
  kind: 'mutation',
  text: "mutation RevokeAccessToken($input:RevokeAccessTokenInput!){revokeAccessToken(input:$input){id userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListGroupsOperation: TypedOperation<Types.ListGroupsQuery, Types.ListGroupsQueryVariables> = {
  name: 'ListGroups',
  kind: 'query',
  text: "query ListGroups{groups{id name role customRole{id name}members{id name email}}}",
};
export const CreateGroupOperation: TypedOperation<Types.CreateGroupMutation, Types.CreateGroupMutationVariables> = {
  name: 'CreateGroup',
  kind: 'mutation',
  text: "mutation CreateGroup($input:CreateGroupInput!){createGroup(input:$input){group{id name}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const UpdateGroupOperation: TypedOperation<Types.UpdateGroupMutation, Types.UpdateGroupMutationVariables> = {
  name: 'UpdateGroup',
  kind: 'mutation',
  text: "mutation UpdateGroup($input:UpdateGroupInput!){updateGroup(input:$input){group{id name role customRole{id name}}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteGroupOperation: TypedOperation<Types.DeleteGroupMutation, Types.DeleteGroupMutationVariables> = {
  name: 'DeleteGroup',
  kind: 'mutation',
  text: "mutation DeleteGroup($input:DeleteGroupInput!){deleteGroup(input:$input){group{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const AddGroupMemberOperation: TypedOperation<Types.AddGroupMemberMutation, Types.AddGroupMemberMutationVariables> = {
  name: 'AddGroupMember',
  kind: 'mutation',
  text: "mutation AddGroupMember($input:GroupMemberInput!){addGroupMember(input:$input){group{id name}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RemoveGroupMemberOperation: TypedOperation<Types.RemoveGroupMemberMutation, Types.RemoveGroupMemberMutationVariables> = {
  name: 'RemoveGroupMember',
  kind: 'mutation',
  text: "mutation RemoveGroupMember($input:GroupMemberInput!){removeGroupMember(input:$input){group{id name}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const AgentDefinitionsOperation: TypedOperation<Types.AgentDefinitionsQuery, Types.AgentDefinitionsQueryVariables> = {
  name: 'AgentDefinitions',
  kind: 'query',
  text: "query AgentDefinitions($after:String){agents(first:20 after:$after){nodes{namespace name current{definition}}pageInfo{hasNextPage endCursor}}}",
};
export const PublishAgentOperation: TypedOperation<Types.PublishAgentMutation, Types.PublishAgentMutationVariables> = {
  name: 'PublishAgent',
  kind: 'mutation',
  text: "mutation PublishAgent($input:PublishAgentInput!){publishAgent(input:$input){agent{id name}version{id version hash}findings{id severity message path line column hint}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ValidateDefinitionOperation: TypedOperation<Types.ValidateDefinitionQuery, Types.ValidateDefinitionQueryVariables> = {
  name: 'ValidateDefinition',
  kind: 'query',
  text: "query ValidateDefinition($definition:String!){validateDefinition(definition:$definition){isValid findings{id severity message path line column hint}}}",
};
export const FindAgentOperation: TypedOperation<Types.FindAgentQuery, Types.FindAgentQueryVariables> = {
  name: 'FindAgent',
  kind: 'query',
  text: "query FindAgent($name:String!$namespace:String){agent(name:$name namespace:$namespace){id namespace name pausedAt pauseReason}}",
};
export const ResumeAgentOperation: TypedOperation<Types.ResumeAgentMutation, Types.ResumeAgentMutationVariables> = {
  name: 'ResumeAgent',
  kind: 'mutation',
  text: "mutation ResumeAgent($input:ResumeAgentInput!){resumeAgent(input:$input){agent{id name pausedAt}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ArchiveAgentOperation: TypedOperation<Types.ArchiveAgentMutation, Types.ArchiveAgentMutationVariables> = {
  name: 'ArchiveAgent',
  kind: 'mutation',
  text: "mutation ArchiveAgent($input:ArchiveAgentInput!){archiveAgent(input:$input){agent{id name archivedAt}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const GetAgentOperation: TypedOperation<Types.GetAgentQuery, Types.GetAgentQueryVariables> = {
  name: 'GetAgent',
  kind: 'query',
  text: "query GetAgent($name:String!){agent(name:$name){id namespace name createdAt archivedAt pausedAt pauseReason current{version hash createdAt inputSchema outputSchema}}}",
};
export const ListApprovalsOperation: TypedOperation<Types.ListApprovalsQuery, Types.ListApprovalsQueryVariables> = {
  name: 'ListApprovals',
  kind: 'query',
  text: "query ListApprovals($state:ApprovalState$mine:Boolean$first:Int$after:String){approvals(state:$state mine:$mine first:$first after:$after){nodes{...ApprovalFields}pageInfo{hasNextPage endCursor}}}fragment ApprovalFields on Approval{id state title description data form job{id}comment decidedBy createdAt expiresAt decidedAt role approvers fourEyes required remindAt escalateAt escalateTo canDecide decidesFor decisions{approve decidedBy decidedById onBehalfOf onBehalfOfId comment data decidedAt}}",
};
export const JobApprovalsOperation: TypedOperation<Types.JobApprovalsQuery, Types.JobApprovalsQueryVariables> = {
  name: 'JobApprovals',
  kind: 'query',
  text: "query JobApprovals($jobId:ID!){job(id:$jobId){approvals{...ApprovalFields}}}fragment ApprovalFields on Approval{id state title description data form job{id}comment decidedBy createdAt expiresAt decidedAt role approvers fourEyes required remindAt escalateAt escalateTo canDecide decidesFor decisions{approve decidedBy decidedById onBehalfOf onBehalfOfId comment data decidedAt}}",
};
export const DecideApprovalOperation: TypedOperation<Types.DecideApprovalMutation, Types.DecideApprovalMutationVariables> = {
  name: 'DecideApproval',
  kind: 'mutation',
  text: "mutation DecideApproval($input:DecideApprovalInput!){decideApproval(input:$input){approval{...ApprovalFields}userErrors{...UserErrorFields}}}fragment ApprovalFields on Approval{id state title description data form job{id}comment decidedBy createdAt expiresAt decidedAt role approvers fourEyes required remindAt escalateAt escalateTo canDecide decidesFor decisions{approve decidedBy decidedById onBehalfOf onBehalfOfId comment data decidedAt}}fragment UserErrorFields on UserError{code field message}",
};
export const ListDecisionLinksOperation: TypedOperation<Types.ListDecisionLinksQuery, Types.ListDecisionLinksQueryVariables> = {
  name: 'ListDecisionLinks',
  kind: 'query',
  text: "query ListDecisionLinks($approvalId:ID!){decisionLinks(approvalId:$approvalId){...DecisionLinkFields}}fragment DecisionLinkFields on DecisionLink{id memberId member state createdBy createdAt expiresAt usedAt}",
};
export const CreateDecisionLinkOperation: TypedOperation<Types.CreateDecisionLinkMutation, Types.CreateDecisionLinkMutationVariables> = {
  name: 'CreateDecisionLink',
  kind: 'mutation',
  text: "mutation CreateDecisionLink($input:CreateDecisionLinkInput!){createDecisionLink(input:$input){decisionLink{...DecisionLinkFields}path userErrors{...UserErrorFields}}}fragment DecisionLinkFields on DecisionLink{id memberId member state createdBy createdAt expiresAt usedAt}fragment UserErrorFields on UserError{code field message}",
};
export const RevokeDecisionLinkOperation: TypedOperation<Types.RevokeDecisionLinkMutation, Types.RevokeDecisionLinkMutationVariables> = {
  name: 'RevokeDecisionLink',
  kind: 'mutation',
  text: "mutation RevokeDecisionLink($input:RevokeDecisionLinkInput!){revokeDecisionLink(input:$input){decisionLink{...DecisionLinkFields}userErrors{...UserErrorFields}}}fragment DecisionLinkFields on DecisionLink{id memberId member state createdBy createdAt expiresAt usedAt}fragment UserErrorFields on UserError{code field message}",
};
export const WatchApprovalsOperation: TypedOperation<Types.WatchApprovalsSubscription, Types.WatchApprovalsSubscriptionVariables> = {
  name: 'WatchApprovals',
  kind: 'subscription',
  text: "subscription WatchApprovals($after:String){approvalRequests(after:$after){cursor approval{...ApprovalFields}}}fragment ApprovalFields on Approval{id state title description data form job{id}comment decidedBy createdAt expiresAt decidedAt role approvers fourEyes required remindAt escalateAt escalateTo canDecide decidesFor decisions{approve decidedBy decidedById onBehalfOf onBehalfOfId comment data decidedAt}}",
};
export const AuditStreamsOperation: TypedOperation<Types.AuditStreamsQuery, Types.AuditStreamsQueryVariables> = {
  name: 'AuditStreams',
  kind: 'query',
  text: "query AuditStreams{auditStreams{...AuditStreamFields}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}",
};
export const AuditStreamOperation: TypedOperation<Types.AuditStreamQuery, Types.AuditStreamQueryVariables> = {
  name: 'AuditStream',
  kind: 'query',
  text: "query AuditStream($id:ID!){auditStream(id:$id){...AuditStreamFields}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}",
};
export const CreateAuditStreamOperation: TypedOperation<Types.CreateAuditStreamMutation, Types.CreateAuditStreamMutationVariables> = {
  name: 'CreateAuditStream',
  kind: 'mutation',
  text: "mutation CreateAuditStream($input:CreateAuditStreamInput!){createAuditStream(input:$input){auditStream{...AuditStreamFields}secret userErrors{...UserErrorFields}}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}fragment UserErrorFields on UserError{code field message}",
};
export const PauseAuditStreamOperation: TypedOperation<Types.PauseAuditStreamMutation, Types.PauseAuditStreamMutationVariables> = {
  name: 'PauseAuditStream',
  kind: 'mutation',
  text: "mutation PauseAuditStream($input:AuditStreamIdInput!){pauseAuditStream(input:$input){auditStream{...AuditStreamFields}userErrors{...UserErrorFields}}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}fragment UserErrorFields on UserError{code field message}",
};
export const ResumeAuditStreamOperation: TypedOperation<Types.ResumeAuditStreamMutation, Types.ResumeAuditStreamMutationVariables> = {
  name: 'ResumeAuditStream',
  kind: 'mutation',
  text: "mutation ResumeAuditStream($input:AuditStreamIdInput!){resumeAuditStream(input:$input){auditStream{...AuditStreamFields}userErrors{...UserErrorFields}}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteAuditStreamOperation: TypedOperation<Types.DeleteAuditStreamMutation, Types.DeleteAuditStreamMutationVariables> = {
  name: 'DeleteAuditStream',
  kind: 'mutation',
  text: "mutation DeleteAuditStream($input:AuditStreamIdInput!){deleteAuditStream(input:$input){auditStream{...AuditStreamFields}userErrors{...UserErrorFields}}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}fragment UserErrorFields on UserError{code field message}",
};
export const TestAuditStreamOperation: TypedOperation<Types.TestAuditStreamMutation, Types.TestAuditStreamMutationVariables> = {
  name: 'TestAuditStream',
  kind: 'mutation',
  text: "mutation TestAuditStream($input:AuditStreamIdInput!){testAuditStream(input:$input){auditStream{...AuditStreamFields}userErrors{...UserErrorFields}}}fragment AuditStreamFields on AuditStream{id name format https{url}s3{integrationId prefix everySeconds}syslog{host port facility hostname maxMessageBytes}sent behind waitingSince skipped sentAt failingSince error nextTryAt pausedAt test{askedAt finishedAt error}createdAt}fragment UserErrorFields on UserError{code field message}",
};
export const ExportAuditOperation: TypedOperation<Types.ExportAuditQuery, Types.ExportAuditQueryVariables> = {
  name: 'ExportAudit',
  kind: 'query',
  text: "query ExportAudit($after:String$hide:[AuditPart!]){auditExport(after:$after hide:$hide){lines leaves checkpoints start{size peaks}next}}",
};
export const AuditKeysOperation: TypedOperation<Types.AuditKeysQuery, Types.AuditKeysQueryVariables> = {
  name: 'AuditKeys',
  kind: 'query',
  text: "query AuditKeys{auditKeys{verifierKey isCurrent}}",
};
export const AuditStatusOperation: TypedOperation<Types.AuditStatusQuery, Types.AuditStatusQueryVariables> = {
  name: 'AuditStatus',
  kind: 'query',
  text: "query AuditStatus{auditStatus{size epoch sealedAt unsealed oldestUnsealedAt strays strayIds}}",
};
export const LegalHoldsOperation: TypedOperation<Types.LegalHoldsQuery, Types.LegalHoldsQueryVariables> = {
  name: 'LegalHolds',
  kind: 'query',
  text: "query LegalHolds{legalHolds{id name reason placedBy placedAt}}",
};
export const PlaceLegalHoldOperation: TypedOperation<Types.PlaceLegalHoldMutation, Types.PlaceLegalHoldMutationVariables> = {
  name: 'PlaceLegalHold',
  kind: 'mutation',
  text: "mutation PlaceLegalHold($input:PlaceLegalHoldInput!){placeLegalHold(input:$input){legalHold{id name}userErrors{code field message}}}",
};
export const ReleaseLegalHoldOperation: TypedOperation<Types.ReleaseLegalHoldMutation, Types.ReleaseLegalHoldMutationVariables> = {
  name: 'ReleaseLegalHold',
  kind: 'mutation',
  text: "mutation ReleaseLegalHold($input:ReleaseLegalHoldInput!){releaseLegalHold(input:$input){legalHold{id name}userErrors{code field message}}}",
};
export const EraseSubjectOperation: TypedOperation<Types.EraseSubjectMutation, Types.EraseSubjectMutationVariables> = {
  name: 'EraseSubject',
  kind: 'mutation',
  text: "mutation EraseSubject($input:EraseSubjectInput!){eraseSubject(input:$input){erasedAt keys userErrors{code field message}}}",
};
export const AuditRetentionOperation: TypedOperation<Types.AuditRetentionQuery, Types.AuditRetentionQueryVariables> = {
  name: 'AuditRetention',
  kind: 'query',
  text: "query AuditRetention{auditRetention{days forgotten forgottenAt}}",
};
export const SetAuditRetentionOperation: TypedOperation<Types.SetAuditRetentionMutation, Types.SetAuditRetentionMutationVariables> = {
  name: 'SetAuditRetention',
  kind: 'mutation',
  text: "mutation SetAuditRetention($input:SetAuditRetentionInput!){setAuditRetention(input:$input){retention{days forgotten forgottenAt}userErrors{code field message}}}",
};
export const AuditHeadOperation: TypedOperation<Types.AuditHeadQuery, Types.AuditHeadQueryVariables> = {
  name: 'AuditHead',
  kind: 'query',
  text: "query AuditHead{auditCheckpoint{note}}",
};
export const AuditConsistencyOperation: TypedOperation<Types.AuditConsistencyQuery, Types.AuditConsistencyQueryVariables> = {
  name: 'AuditConsistency',
  kind: 'query',
  text: "query AuditConsistency($from:String!$to:String!){consistencyProof(from:$from to:$to){path}}",
};
export const AnalyticsOperation: TypedOperation<Types.AnalyticsQuery, Types.AnalyticsQueryVariables> = {
  name: 'Analytics',
  kind: 'query',
  text: "query Analytics($measure:AnalyticsMeasure!$groupBy:AnalyticsGroup$every:AnalyticsInterval$from:DateTime!$to:DateTime!$filter:AnalyticsFilter){analytics(measure:$measure groupBy:$groupBy every:$every from:$from to:$to filter:$filter){unit isCut copiedUpTo series{key points{at count sum p50 p95 p99}}}}",
};
export const ListAuditEventsOperation: TypedOperation<Types.ListAuditEventsQuery, Types.ListAuditEventsQueryVariables> = {
  name: 'ListAuditEvents',
  kind: 'query',
  text: "query ListAuditEvents($filter:AuditFilter$first:Int$after:String){auditEvents(filter:$filter first:$first after:$after){nodes{...AuditEventFields}pageInfo{hasNextPage endCursor}}}fragment AuditEventFields on AuditEvent{id cursor seq action actor{kind id name}target{kind id}requestId data at}",
};
export const WatchAuditOperation: TypedOperation<Types.WatchAuditSubscription, Types.WatchAuditSubscriptionVariables> = {
  name: 'WatchAudit',
  kind: 'subscription',
  text: "subscription WatchAudit($after:String){auditEvents(after:$after){...AuditEventFields}}fragment AuditEventFields on AuditEvent{id cursor seq action actor{kind id name}target{kind id}requestId data at}",
};
export const BacktestDefinitionOperation: TypedOperation<Types.BacktestDefinitionMutation, Types.BacktestDefinitionMutationVariables> = {
  name: 'BacktestDefinition',
  kind: 'mutation',
  text: "mutation BacktestDefinition($input:BacktestDefinitionInput!){backtestDefinition(input:$input){...BacktestPayloadFields}}fragment BacktestPayloadFields on BacktestPayload{backtest{...BacktestFields}userErrors{...UserErrorFields}}fragment BacktestFields on Backtest{id state agent{namespace name}filter definitionHash total done same changed unknown error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const CancelBacktestOperation: TypedOperation<Types.CancelBacktestMutation, Types.CancelBacktestMutationVariables> = {
  name: 'CancelBacktest',
  kind: 'mutation',
  text: "mutation CancelBacktest($input:CancelBacktestInput!){cancelBacktest(input:$input){...BacktestPayloadFields}}fragment BacktestPayloadFields on BacktestPayload{backtest{...BacktestFields}userErrors{...UserErrorFields}}fragment BacktestFields on Backtest{id state agent{namespace name}filter definitionHash total done same changed unknown error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const GetBacktestOperation: TypedOperation<Types.GetBacktestQuery, Types.GetBacktestQueryVariables> = {
  name: 'GetBacktest',
  kind: 'query',
  text: "query GetBacktest($id:ID!){backtest(id:$id){...BacktestFields}}fragment BacktestFields on Backtest{id state agent{namespace name}filter definitionHash total done same changed unknown error createdBy createdAt finishedAt}",
};
export const ListBacktestsOperation: TypedOperation<Types.ListBacktestsQuery, Types.ListBacktestsQueryVariables> = {
  name: 'ListBacktests',
  kind: 'query',
  text: "query ListBacktests($first:Int$after:String){backtests(first:$first after:$after){nodes{...BacktestFields}pageInfo{hasNextPage endCursor}}}fragment BacktestFields on Backtest{id state agent{namespace name}filter definitionHash total done same changed unknown error createdBy createdAt finishedAt}",
};
export const BacktestResultsOperation: TypedOperation<Types.BacktestResultsQuery, Types.BacktestResultsQueryVariables> = {
  name: 'BacktestResults',
  kind: 'query',
  text: "query BacktestResults($id:ID!$verdicts:[BacktestVerdict!]$first:Int$after:String){backtest(id:$id){results(verdicts:$verdicts first:$first after:$after){nodes{...BacktestResultFields}pageInfo{hasNextPage endCursor}}}}fragment BacktestResultFields on BacktestResult{jobId verdict was wouldBe changes{path message was wouldBe}droppedCalls unrecordedCalls isCut isWithheld}",
};
export const WatchBacktestOperation: TypedOperation<Types.WatchBacktestSubscription, Types.WatchBacktestSubscriptionVariables> = {
  name: 'WatchBacktest',
  kind: 'subscription',
  text: "subscription WatchBacktest($id:ID!){backtestProgress(id:$id){...BacktestFields}}fragment BacktestFields on Backtest{id state agent{namespace name}filter definitionHash total done same changed unknown error createdBy createdAt finishedAt}",
};
export const ListBulkOperationsOperation: TypedOperation<Types.ListBulkOperationsQuery, Types.ListBulkOperationsQueryVariables> = {
  name: 'ListBulkOperations',
  kind: 'query',
  text: "query ListBulkOperations($first:Int$after:String){bulkOperations(first:$first after:$after){nodes{...BulkOperationFields}pageInfo{hasNextPage endCursor}}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}",
};
export const GetBulkOperationOperation: TypedOperation<Types.GetBulkOperationQuery, Types.GetBulkOperationQueryVariables> = {
  name: 'GetBulkOperation',
  kind: 'query',
  text: "query GetBulkOperation($id:ID!){bulkOperation(id:$id){...BulkOperationFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}",
};
export const WatchBulkOperationOperation: TypedOperation<Types.WatchBulkOperationSubscription, Types.WatchBulkOperationSubscriptionVariables> = {
  name: 'WatchBulkOperation',
  kind: 'subscription',
  text: "subscription WatchBulkOperation($id:ID!){bulkOperationProgress(id:$id){...BulkOperationFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}",
};
export const CancelJobsOperation: TypedOperation<Types.CancelJobsMutation, Types.CancelJobsMutationVariables> = {
  name: 'CancelJobs',
  kind: 'mutation',
  text: "mutation CancelJobs($input:CancelJobsInput!){cancelJobs(input:$input){...BulkPayloadFields}}fragment BulkPayloadFields on BulkPayload{operation{...BulkOperationFields}matched isMore userErrors{...UserErrorFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const PauseJobsOperation: TypedOperation<Types.PauseJobsMutation, Types.PauseJobsMutationVariables> = {
  name: 'PauseJobs',
  kind: 'mutation',
  text: "mutation PauseJobs($input:PauseJobsInput!){pauseJobs(input:$input){...BulkPayloadFields}}fragment BulkPayloadFields on BulkPayload{operation{...BulkOperationFields}matched isMore userErrors{...UserErrorFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const ResumeJobsOperation: TypedOperation<Types.ResumeJobsMutation, Types.ResumeJobsMutationVariables> = {
  name: 'ResumeJobs',
  kind: 'mutation',
  text: "mutation ResumeJobs($input:ResumeJobsInput!){resumeJobs(input:$input){...BulkPayloadFields}}fragment BulkPayloadFields on BulkPayload{operation{...BulkOperationFields}matched isMore userErrors{...UserErrorFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const RedriveJobsOperation: TypedOperation<Types.RedriveJobsMutation, Types.RedriveJobsMutationVariables> = {
  name: 'RedriveJobs',
  kind: 'mutation',
  text: "mutation RedriveJobs($input:RedriveJobsInput!){redriveJobs(input:$input){...BulkPayloadFields}}fragment BulkPayloadFields on BulkPayload{operation{...BulkOperationFields}matched isMore userErrors{...UserErrorFields}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const CancelBulkOperationOperation: TypedOperation<Types.CancelBulkOperationMutation, Types.CancelBulkOperationMutationVariables> = {
  name: 'CancelBulkOperation',
  kind: 'mutation',
  text: "mutation CancelBulkOperation($input:CancelBulkOperationInput!){cancelBulkOperation(input:$input){operation{...BulkOperationFields}userErrors{...UserErrorFields}}}fragment BulkOperationFields on BulkOperation{id act state filter matched done skipped failed error createdBy createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const ListDelegationsOperation: TypedOperation<Types.ListDelegationsQuery, Types.ListDelegationsQueryVariables> = {
  name: 'ListDelegations',
  kind: 'query',
  text: "query ListDelegations($all:Boolean$live:Boolean$first:Int$after:String){delegations(all:$all live:$live first:$first after:$after){nodes{...DelegationFields}pageInfo{hasNextPage endCursor}}}fragment DelegationFields on Delegation{id fromId from toId to approval{id title}comment createdAt startsAt endsAt endedAt}",
};
export const CreateDelegationOperation: TypedOperation<Types.CreateDelegationMutation, Types.CreateDelegationMutationVariables> = {
  name: 'CreateDelegation',
  kind: 'mutation',
  text: "mutation CreateDelegation($input:CreateDelegationInput!){createDelegation(input:$input){delegation{...DelegationFields}userErrors{...UserErrorFields}}}fragment DelegationFields on Delegation{id fromId from toId to approval{id title}comment createdAt startsAt endsAt endedAt}fragment UserErrorFields on UserError{code field message}",
};
export const EndDelegationOperation: TypedOperation<Types.EndDelegationMutation, Types.EndDelegationMutationVariables> = {
  name: 'EndDelegation',
  kind: 'mutation',
  text: "mutation EndDelegation($input:EndDelegationInput!){endDelegation(input:$input){delegation{...DelegationFields}userErrors{...UserErrorFields}}}fragment DelegationFields on Delegation{id fromId from toId to approval{id title}comment createdAt startsAt endsAt endedAt}fragment UserErrorFields on UserError{code field message}",
};
export const SendEventOperation: TypedOperation<Types.SendEventMutation, Types.SendEventMutationVariables> = {
  name: 'SendEvent',
  kind: 'mutation',
  text: "mutation SendEvent($input:SendEventInput!){sendEvent(input:$input){isNew wokenJobs startedJobs userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListInboundWebhooksOperation: TypedOperation<Types.ListInboundWebhooksQuery, Types.ListInboundWebhooksQueryVariables> = {
  name: 'ListInboundWebhooks',
  kind: 'query',
  text: "query ListInboundWebhooks($first:Int$after:String){inboundWebhooks(first:$first after:$after){nodes{...InboundWebhookFields}pageInfo{hasNextPage endCursor}}}fragment InboundWebhookFields on InboundWebhook{id name path scheme hmac description isEnabled disabledAt secretVersion previousSecretUntil lastReceivedAt lastRefusedAt lastRefusal createdAt updatedAt}",
};
export const GetInboundWebhookOperation: TypedOperation<Types.GetInboundWebhookQuery, Types.GetInboundWebhookQueryVariables> = {
  name: 'GetInboundWebhook',
  kind: 'query',
  text: "query GetInboundWebhook($id:ID!){inboundWebhook(id:$id){...InboundWebhookFields}}fragment InboundWebhookFields on InboundWebhook{id name path scheme hmac description isEnabled disabledAt secretVersion previousSecretUntil lastReceivedAt lastRefusedAt lastRefusal createdAt updatedAt}",
};
export const CreateInboundWebhookOperation: TypedOperation<Types.CreateInboundWebhookMutation, Types.CreateInboundWebhookMutationVariables> = {
  name: 'CreateInboundWebhook',
  kind: 'mutation',
  text: "mutation CreateInboundWebhook($input:CreateInboundWebhookInput!){createInboundWebhook(input:$input){inboundWebhook{...InboundWebhookFields}secret userErrors{...UserErrorFields}}}fragment InboundWebhookFields on InboundWebhook{id name path scheme hmac description isEnabled disabledAt secretVersion previousSecretUntil lastReceivedAt lastRefusedAt lastRefusal createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const UpdateInboundWebhookOperation: TypedOperation<Types.UpdateInboundWebhookMutation, Types.UpdateInboundWebhookMutationVariables> = {
  name: 'UpdateInboundWebhook',
  kind: 'mutation',
  text: "mutation UpdateInboundWebhook($input:UpdateInboundWebhookInput!){updateInboundWebhook(input:$input){inboundWebhook{...InboundWebhookFields}userErrors{...UserErrorFields}}}fragment InboundWebhookFields on InboundWebhook{id name path scheme hmac description isEnabled disabledAt secretVersion previousSecretUntil lastReceivedAt lastRefusedAt lastRefusal createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteInboundWebhookOperation: TypedOperation<Types.DeleteInboundWebhookMutation, Types.DeleteInboundWebhookMutationVariables> = {
  name: 'DeleteInboundWebhook',
  kind: 'mutation',
  text: "mutation DeleteInboundWebhook($input:DeleteInboundWebhookInput!){deleteInboundWebhook(input:$input){inboundWebhook{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RotateInboundWebhookSecretOperation: TypedOperation<Types.RotateInboundWebhookSecretMutation, Types.RotateInboundWebhookSecretMutationVariables> = {
  name: 'RotateInboundWebhookSecret',
  kind: 'mutation',
  text: "mutation RotateInboundWebhookSecret($input:RotateInboundWebhookSecretInput!){rotateInboundWebhookSecret(input:$input){inboundWebhook{...InboundWebhookFields}secret userErrors{...UserErrorFields}}}fragment InboundWebhookFields on InboundWebhook{id name path scheme hmac description isEnabled disabledAt secretVersion previousSecretUntil lastReceivedAt lastRefusedAt lastRefusal createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const CreateIntegrationOperation: TypedOperation<Types.CreateIntegrationMutation, Types.CreateIntegrationMutationVariables> = {
  name: 'CreateIntegration',
  kind: 'mutation',
  text: "mutation CreateIntegration($input:CreateIntegrationInput!){createIntegration(input:$input){integration{id name kind operations{name isBatched}}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const SetCredentialOperation: TypedOperation<Types.SetCredentialMutation, Types.SetCredentialMutationVariables> = {
  name: 'SetCredential',
  kind: 'mutation',
  text: "mutation SetCredential($input:SetCredentialInput!){setCredential(input:$input){integration{id credential{isSet version}}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ListIntegrationKindsOperation: TypedOperation<Types.ListIntegrationKindsQuery, Types.ListIntegrationKindsQueryVariables> = {
  name: 'ListIntegrationKinds',
  kind: 'query',
  text: "query ListIntegrationKinds{integrationKinds{name description config credential isDiscoverable}}",
};
export const ListIntegrationsOperation: TypedOperation<Types.ListIntegrationsQuery, Types.ListIntegrationsQueryVariables> = {
  name: 'ListIntegrations',
  kind: 'query',
  text: "query ListIntegrations($first:Int$after:String){integrations(first:$first after:$after){nodes{id name kind credential{isSet state}operations{name description arguments result}health{...IntegrationHealthFields}}pageInfo{hasNextPage endCursor}}}fragment IntegrationHealthFields on IntegrationHealth{breaker ratePerSecond since isWhole calls succeeded underWay failures{kind count}p50Ms p95Ms cache{hits revalidated stale misses}}",
};
export const FindIntegrationOperation: TypedOperation<Types.FindIntegrationQuery, Types.FindIntegrationQueryVariables> = {
  name: 'FindIntegration',
  kind: 'query',
  text: "query FindIntegration($name:String!){integration(name:$name){id}}",
};
export const TestIntegrationOperation: TypedOperation<Types.TestIntegrationMutation, Types.TestIntegrationMutationVariables> = {
  name: 'TestIntegration',
  kind: 'mutation',
  text: "mutation TestIntegration($input:TestIntegrationInput!){testIntegration(input:$input){isReachable message durationMs userErrors{code field message}}}",
};
export const DiscoverIntegrationOperation: TypedOperation<Types.DiscoverIntegrationMutation, Types.DiscoverIntegrationMutationVariables> = {
  name: 'DiscoverIntegration',
  kind: 'mutation',
  text: "mutation DiscoverIntegration($input:DiscoverIntegrationInput!){discoverIntegration(input:$input){integration{operations{name}}userErrors{code field message}}}",
};
export const CreateConnectLinkOperation: TypedOperation<Types.CreateConnectLinkMutation, Types.CreateConnectLinkMutationVariables> = {
  name: 'CreateConnectLink',
  kind: 'mutation',
  text: "mutation CreateConnectLink($input:CreateConnectLinkInput!){createConnectLink(input:$input){connectLink{id expiresAt}path userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const GetConnectLinkOperation: TypedOperation<Types.GetConnectLinkQuery, Types.GetConnectLinkQueryVariables> = {
  name: 'GetConnectLink',
  kind: 'query',
  text: "query GetConnectLink($id:ID!){connectLink(id:$id){id state failure expiresAt integration{name credential{state scopes expiresAt isRefreshable connectedBy connectedAt}}}}",
};
export const GetIntegrationOperation: TypedOperation<Types.GetIntegrationQuery, Types.GetIntegrationQueryVariables> = {
  name: 'GetIntegration',
  kind: 'query',
  text: "query GetIntegration($name:String!){integration(name:$name){...IntegrationFields}}fragment IntegrationFields on Integration{id name kind config credential{isSet version state scopes expiresAt isRefreshable connectedBy lastError lastErrorAt}health{...IntegrationHealthFields}operations{name description arguments result isBatched}createdAt updatedAt}fragment IntegrationHealthFields on IntegrationHealth{breaker ratePerSecond since isWhole calls succeeded underWay failures{kind count}p50Ms p95Ms cache{hits revalidated stale misses}}",
};
export const UpdateIntegrationOperation: TypedOperation<Types.UpdateIntegrationMutation, Types.UpdateIntegrationMutationVariables> = {
  name: 'UpdateIntegration',
  kind: 'mutation',
  text: "mutation UpdateIntegration($input:UpdateIntegrationInput!){updateIntegration(input:$input){integration{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const ClearIntegrationCacheOperation: TypedOperation<Types.ClearIntegrationCacheMutation, Types.ClearIntegrationCacheMutationVariables> = {
  name: 'ClearIntegrationCache',
  kind: 'mutation',
  text: "mutation ClearIntegrationCache($input:ClearIntegrationCacheInput!){clearIntegrationCache(input:$input){integration{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteIntegrationOperation: TypedOperation<Types.DeleteIntegrationMutation, Types.DeleteIntegrationMutationVariables> = {
  name: 'DeleteIntegration',
  kind: 'mutation',
  text: "mutation DeleteIntegration($input:DeleteIntegrationInput!){deleteIntegration(input:$input){integration{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const InvokeIntegrationOperation: TypedOperation<Types.InvokeIntegrationMutation, Types.InvokeIntegrationMutationVariables> = {
  name: 'InvokeIntegration',
  kind: 'mutation',
  text: "mutation InvokeIntegration($input:InvokeIntegrationInput!){invokeIntegration(input:$input){call{id state status attempts error durationMs}result userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const JobRecordingOperation: TypedOperation<Types.JobRecordingQuery, Types.JobRecordingQueryVariables> = {
  name: 'JobRecording',
  kind: 'query',
  text: "query JobRecording($id:ID!){job(id:$id){id recording}}",
};
export const JobResultOperation: TypedOperation<Types.JobResultQuery, Types.JobResultQueryVariables> = {
  name: 'JobResult',
  kind: 'query',
  text: "query JobResult($id:ID!$format:ResultFormat$locale:String){job(id:$id){id result(format:$format locale:$locale){format locale contentType content}}}",
};
export const JobRetentionOperation: TypedOperation<Types.JobRetentionQuery, Types.JobRetentionQueryVariables> = {
  name: 'JobRetention',
  kind: 'query',
  text: "query JobRetention{jobRetention{days forgotten forgottenAt}}",
};
export const SetJobRetentionOperation: TypedOperation<Types.SetJobRetentionMutation, Types.SetJobRetentionMutationVariables> = {
  name: 'SetJobRetention',
  kind: 'mutation',
  text: "mutation SetJobRetention($input:SetJobRetentionInput!){setJobRetention(input:$input){retention{days forgotten forgottenAt}userErrors{code field message}}}",
};
export const JobTimingOperation: TypedOperation<Types.JobTimingQuery, Types.JobTimingQueryVariables> = {
  name: 'JobTiming',
  kind: 'query',
  text: "query JobTiming($id:ID!){job(id:$id){id state createdAt timing{totalMs queuedMs ranMs waitedMs stoppedMs calls callMs criticalPath{steps{key task name kind startedAt durationMs waitedMs}stepCount}}}}",
};
export const SubmitJobOperation: TypedOperation<Types.SubmitJobMutation, Types.SubmitJobMutationVariables> = {
  name: 'SubmitJob',
  kind: 'mutation',
  text: "mutation SubmitJob($input:SubmitJobInput!){submitJob(input:$input){job{...JobFields}isNew userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const SubmitJobsOperation: TypedOperation<Types.SubmitJobsMutation, Types.SubmitJobsMutationVariables> = {
  name: 'SubmitJobs',
  kind: 'mutation',
  text: "mutation SubmitJobs($input:SubmitJobsInput!){submitJobs(input:$input){batch{id}results{job{id}isNew userErrors{...UserErrorFields}}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const JobBatchOperation: TypedOperation<Types.JobBatchQuery, Types.JobBatchQueryVariables> = {
  name: 'JobBatch',
  kind: 'query',
  text: "query JobBatch($id:ID!){jobBatch(id:$id){...JobBatchFields}}fragment JobBatchFields on JobBatch{id createdAt submittedCount refusedCount overCount progress counts{state count}}",
};
export const WatchBatchOperation: TypedOperation<Types.WatchBatchSubscription, Types.WatchBatchSubscriptionVariables> = {
  name: 'WatchBatch',
  kind: 'subscription',
  text: "subscription WatchBatch($id:ID!){jobBatchChanges(id:$id){...JobBatchFields}}fragment JobBatchFields on JobBatch{id createdAt submittedCount refusedCount overCount progress counts{state count}}",
};
export const RunJobOperation: TypedOperation<Types.RunJobMutation, Types.RunJobMutationVariables> = {
  name: 'RunJob',
  kind: 'mutation',
  text: "mutation RunJob($input:RunJobInput!){runJob(input:$input){job{...JobFields}isNew userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const CancelJobOperation: TypedOperation<Types.CancelJobMutation, Types.CancelJobMutationVariables> = {
  name: 'CancelJob',
  kind: 'mutation',
  text: "mutation CancelJob($input:CancelJobInput!){cancelJob(input:$input){job{...JobFields}userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const JobOperation: TypedOperation<Types.JobQuery, Types.JobQueryVariables> = {
  name: 'Job',
  kind: 'query',
  text: "query Job($id:ID!){job(id:$id){...JobFields}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}",
};
export const WatchJobOperation: TypedOperation<Types.WatchJobSubscription, Types.WatchJobSubscriptionVariables> = {
  name: 'WatchJob',
  kind: 'subscription',
  text: "subscription WatchJob($jobId:ID!$after:String){jobEvents(jobId:$jobId after:$after){...JobEventFields}}fragment JobEventFields on JobEvent{cursor seq type at task data job{id state}}",
};
export const WatchJobsOperation: TypedOperation<Types.WatchJobsSubscription, Types.WatchJobsSubscriptionVariables> = {
  name: 'WatchJobs',
  kind: 'subscription',
  text: "subscription WatchJobs($filter:JobFilter$after:String){jobChanges(filter:$filter after:$after){cursor event{seq type at task data}job{...JobFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}",
};
export const RedriveJobOperation: TypedOperation<Types.RedriveJobMutation, Types.RedriveJobMutationVariables> = {
  name: 'RedriveJob',
  kind: 'mutation',
  text: "mutation RedriveJob($input:RedriveJobInput!){redriveJob(input:$input){job{...JobFields}userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const RedrivePlanOperation: TypedOperation<Types.RedrivePlanQuery, Types.RedrivePlanQueryVariables> = {
  name: 'RedrivePlan',
  kind: 'query',
  text: "query RedrivePlan($jobId:ID!$from:RedriveFrom$task:String$input:JSON){redrivePlan(jobId:$jobId from:$from task:$task input:$input){keptCount kept{...RedriveEntryFields}againCount again{...RedriveEntryFields}warnings}}fragment RedriveEntryFields on RedriveEntry{task key kind isSuccess}",
};
export const PauseJobOperation: TypedOperation<Types.PauseJobMutation, Types.PauseJobMutationVariables> = {
  name: 'PauseJob',
  kind: 'mutation',
  text: "mutation PauseJob($input:PauseJobInput!){pauseJob(input:$input){job{...JobFields}userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const ResumeJobOperation: TypedOperation<Types.ResumeJobMutation, Types.ResumeJobMutationVariables> = {
  name: 'ResumeJob',
  kind: 'mutation',
  text: "mutation ResumeJob($input:ResumeJobInput!){resumeJob(input:$input){job{...JobFields}userErrors{...UserErrorFields}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const ListAgentsOperation: TypedOperation<Types.ListAgentsQuery, Types.ListAgentsQueryVariables> = {
  name: 'ListAgents',
  kind: 'query',
  text: "query ListAgents($first:Int$after:String){agents(first:$first after:$after){nodes{id namespace name createdAt archivedAt pausedAt current{version createdAt}}pageInfo{hasNextPage endCursor}}}",
};
export const ListJobsOperation: TypedOperation<Types.ListJobsQuery, Types.ListJobsQueryVariables> = {
  name: 'ListJobs',
  kind: 'query',
  text: "query ListJobs($filter:JobFilter$orderBy:JobOrder$first:Int$after:String){jobs(filter:$filter orderBy:$orderBy first:$first after:$after){nodes{...JobFields labels{key value}agent{name}}pageInfo{hasNextPage endCursor}totalCount{count isEstimate}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}",
};
export const QueueOperation: TypedOperation<Types.QueueQuery, Types.QueueQueryVariables> = {
  name: 'Queue',
  kind: 'query',
  text: "query Queue($agents:Int){queue{queued limited running waiting paused dead oldestQueuedSeconds finishedPerMinute lagP50Seconds lagP95Seconds priorities{priority queued oldestQueuedSeconds}agents(first:$agents){agent{namespace name}queued limited running waiting paused oldestQueuedSeconds}}}",
};
export const ListSchedulesOperation: TypedOperation<Types.ListSchedulesQuery, Types.ListSchedulesQueryVariables> = {
  name: 'ListSchedules',
  kind: 'query',
  text: "query ListSchedules($filter:ScheduleFilter$first:Int$after:String){schedules(filter:$filter first:$first after:$after){nodes{...ScheduleFields}pageInfo{hasNextPage endCursor}}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}",
};
export const GetScheduleOperation: TypedOperation<Types.GetScheduleQuery, Types.GetScheduleQueryVariables> = {
  name: 'GetSchedule',
  kind: 'query',
  text: "query GetSchedule($id:ID!$ticks:Int){schedule(id:$id){...ScheduleFields nextTicks(first:$ticks)}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}",
};
export const CreateScheduleOperation: TypedOperation<Types.CreateScheduleMutation, Types.CreateScheduleMutationVariables> = {
  name: 'CreateSchedule',
  kind: 'mutation',
  text: "mutation CreateSchedule($input:CreateScheduleInput!){createSchedule(input:$input){schedule{...ScheduleFields}userErrors{...UserErrorFields}}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const UpdateScheduleOperation: TypedOperation<Types.UpdateScheduleMutation, Types.UpdateScheduleMutationVariables> = {
  name: 'UpdateSchedule',
  kind: 'mutation',
  text: "mutation UpdateSchedule($input:UpdateScheduleInput!){updateSchedule(input:$input){schedule{...ScheduleFields}userErrors{...UserErrorFields}}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteScheduleOperation: TypedOperation<Types.DeleteScheduleMutation, Types.DeleteScheduleMutationVariables> = {
  name: 'DeleteSchedule',
  kind: 'mutation',
  text: "mutation DeleteSchedule($input:DeleteScheduleInput!){deleteSchedule(input:$input){schedule{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const PauseScheduleOperation: TypedOperation<Types.PauseScheduleMutation, Types.PauseScheduleMutationVariables> = {
  name: 'PauseSchedule',
  kind: 'mutation',
  text: "mutation PauseSchedule($input:PauseScheduleInput!){pauseSchedule(input:$input){schedule{...ScheduleFields}userErrors{...UserErrorFields}}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const ResumeScheduleOperation: TypedOperation<Types.ResumeScheduleMutation, Types.ResumeScheduleMutationVariables> = {
  name: 'ResumeSchedule',
  kind: 'mutation',
  text: "mutation ResumeSchedule($input:ResumeScheduleInput!){resumeSchedule(input:$input){schedule{...ScheduleFields}userErrors{...UserErrorFields}}}fragment ScheduleFields on Schedule{id name description kind cron every after timeZone onSkippedTime onRepeatedTime exceptDates agent{id namespace name}version{version}input tickAs priority labels{key value}overlap catchUp catchUpWindowMs jitterMs nextAt waitingAt lastAt lastJob{id state}lastSkip{tick at code reason}failures pausedAt pauseReason pausedBy submitter createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const TriggerScheduleOperation: TypedOperation<Types.TriggerScheduleMutation, Types.TriggerScheduleMutationVariables> = {
  name: 'TriggerSchedule',
  kind: 'mutation',
  text: "mutation TriggerSchedule($input:TriggerScheduleInput!){triggerSchedule(input:$input){job{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const BackfillScheduleOperation: TypedOperation<Types.BackfillScheduleMutation, Types.BackfillScheduleMutationVariables> = {
  name: 'BackfillSchedule',
  kind: 'mutation',
  text: "mutation BackfillSchedule($input:BackfillScheduleInput!){backfillSchedule(input:$input){ticks jobs{id}startedCount userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const PreviewScheduleOperation: TypedOperation<Types.PreviewScheduleQuery, Types.PreviewScheduleQueryVariables> = {
  name: 'PreviewSchedule',
  kind: 'query',
  text: "query PreviewSchedule($input:PreviewScheduleInput!){previewSchedule(input:$input){ticks clockChanges{at shiftMs ticks}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const JobStoryOperation: TypedOperation<Types.JobStoryQuery, Types.JobStoryQueryVariables> = {
  name: 'JobStory',
  kind: 'query',
  text: "query JobStory($id:ID!){job(id:$id){...JobFields input agent{name}agentVersion{version hash}attemptsLog{kind at attempt error{type status title detail instance}}steps(first:100){nodes{key task name state startedAt finishedAt}}integrationCalls(first:100){nodes{id integration{name}operation state task status attempts batchId batchSize durationMs}}auditTrail(first:100){nodes{seq action actor{kind name}at hash}}}}fragment JobFields on Job{id state priority output error{type status title detail instance}attempts idempotencyKey createdAt startedAt finishedAt}",
};
export const ListWebhooksOperation: TypedOperation<Types.ListWebhooksQuery, Types.ListWebhooksQueryVariables> = {
  name: 'ListWebhooks',
  kind: 'query',
  text: "query ListWebhooks($first:Int$after:String){webhooks(first:$first after:$after){nodes{...WebhookFields}pageInfo{hasNextPage endCursor}}}fragment WebhookFields on Webhook{id url description events agents isEnabled disabledReason disabledAt failingSince secretVersion previousSecretUntil createdAt updatedAt}",
};
export const GetWebhookOperation: TypedOperation<Types.GetWebhookQuery, Types.GetWebhookQueryVariables> = {
  name: 'GetWebhook',
  kind: 'query',
  text: "query GetWebhook($id:ID!){webhook(id:$id){...WebhookFields}}fragment WebhookFields on Webhook{id url description events agents isEnabled disabledReason disabledAt failingSince secretVersion previousSecretUntil createdAt updatedAt}",
};
export const ListWebhookDeliveriesOperation: TypedOperation<Types.ListWebhookDeliveriesQuery, Types.ListWebhookDeliveriesQueryVariables> = {
  name: 'ListWebhookDeliveries',
  kind: 'query',
  text: "query ListWebhookDeliveries($id:ID!$state:WebhookDeliveryState$first:Int$after:String){webhook(id:$id){deliveries(state:$state first:$first after:$after){nodes{...WebhookDeliveryFields}pageInfo{hasNextPage endCursor}}}}fragment WebhookDeliveryFields on WebhookDelivery{id state eventType job{id}seq attempts responseStatus durationMs error nextAttemptAt attemptedAt createdAt finishedAt}",
};
export const GetWebhookDeliveryOperation: TypedOperation<Types.GetWebhookDeliveryQuery, Types.GetWebhookDeliveryQueryVariables> = {
  name: 'GetWebhookDelivery',
  kind: 'query',
  text: "query GetWebhookDelivery($id:ID!){webhookDelivery(id:$id){...WebhookDeliveryFields}}fragment WebhookDeliveryFields on WebhookDelivery{id state eventType job{id}seq attempts responseStatus durationMs error nextAttemptAt attemptedAt createdAt finishedAt}",
};
export const CreateWebhookOperation: TypedOperation<Types.CreateWebhookMutation, Types.CreateWebhookMutationVariables> = {
  name: 'CreateWebhook',
  kind: 'mutation',
  text: "mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){webhook{...WebhookFields}secret userErrors{...UserErrorFields}}}fragment WebhookFields on Webhook{id url description events agents isEnabled disabledReason disabledAt failingSince secretVersion previousSecretUntil createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const UpdateWebhookOperation: TypedOperation<Types.UpdateWebhookMutation, Types.UpdateWebhookMutationVariables> = {
  name: 'UpdateWebhook',
  kind: 'mutation',
  text: "mutation UpdateWebhook($input:UpdateWebhookInput!){updateWebhook(input:$input){webhook{...WebhookFields}userErrors{...UserErrorFields}}}fragment WebhookFields on Webhook{id url description events agents isEnabled disabledReason disabledAt failingSince secretVersion previousSecretUntil createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const DeleteWebhookOperation: TypedOperation<Types.DeleteWebhookMutation, Types.DeleteWebhookMutationVariables> = {
  name: 'DeleteWebhook',
  kind: 'mutation',
  text: "mutation DeleteWebhook($input:DeleteWebhookInput!){deleteWebhook(input:$input){webhook{id}userErrors{...UserErrorFields}}}fragment UserErrorFields on UserError{code field message}",
};
export const RotateWebhookSecretOperation: TypedOperation<Types.RotateWebhookSecretMutation, Types.RotateWebhookSecretMutationVariables> = {
  name: 'RotateWebhookSecret',
  kind: 'mutation',
  text: "mutation RotateWebhookSecret($input:RotateWebhookSecretInput!){rotateWebhookSecret(input:$input){webhook{...WebhookFields}secret userErrors{...UserErrorFields}}}fragment WebhookFields on Webhook{id url description events agents isEnabled disabledReason disabledAt failingSince secretVersion previousSecretUntil createdAt updatedAt}fragment UserErrorFields on UserError{code field message}",
};
export const TestWebhookOperation: TypedOperation<Types.TestWebhookMutation, Types.TestWebhookMutationVariables> = {
  name: 'TestWebhook',
  kind: 'mutation',
  text: "mutation TestWebhook($input:TestWebhookInput!){testWebhook(input:$input){delivery{...WebhookDeliveryFields}userErrors{...UserErrorFields}}}fragment WebhookDeliveryFields on WebhookDelivery{id state eventType job{id}seq attempts responseStatus durationMs error nextAttemptAt attemptedAt createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};
export const RedeliverWebhookOperation: TypedOperation<Types.RedeliverWebhookMutation, Types.RedeliverWebhookMutationVariables> = {
  name: 'RedeliverWebhook',
  kind: 'mutation',
  text: "mutation RedeliverWebhook($input:RedeliverWebhookInput!){redeliverWebhook(input:$input){delivery{...WebhookDeliveryFields}userErrors{...UserErrorFields}}}fragment WebhookDeliveryFields on WebhookDelivery{id state eventType job{id}seq attempts responseStatus durationMs error nextAttemptAt attemptedAt createdAt finishedAt}fragment UserErrorFields on UserError{code field message}",
};