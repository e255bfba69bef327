import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ApiKeyRecord } from '../../../core/access/insert-api-key.ts';
import type { MemberGroup as GroupRow, CustomRole as CustomRoleRow, Member as DirectoryMemberRow, IdentityProvider as ProviderRow, Member as MemberRow, Tenant as TenantRow } from '../../../prisma/_generated/client.ts';
import type { ListedSession } from '../../../core/access/list-sessions.ts';
import type { Actor } from '../../../core/access/actor.ts';
import type { SubgraphContext } from '../../server/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time, RFC 3339 in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** The kind of a caller. */
export type ActorKind =
  /** A page with a token that a key or a member has made for it. */
  | 'ACCESS_TOKEN'
  /** A program with an API key. */
  | 'API_KEY'
  /** A person who opened a connect link. */
  | 'CONNECT_LINK'
  /** Somebody who opened a decision link that was not good; one that is good acts as its member. */
  | 'DECISION_LINK'
  /** An outside system that posts to an inbound webhook. */
  | 'INBOUND_WEBHOOK'
  /** The platform itself. */
  | 'SYSTEM'
  /** A person, signed in through an identity provider. */
  | 'USER'
  /** A worker of the platform, running a job. */
  | 'WORKER';

/** A credential for a program. The secret is shown once, when the key is made. */
export type ApiKey = {
  readonly __typename?: 'ApiKey';
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The role of the tenant's own that says what the key may do; null for none. */
  readonly customRole: Maybe<CustomRole>;
  /** When it stops working; null for never. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** When it was last used, to the minute; null for never. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** Display name. */
  readonly name: Scalars['String']['output'];
  /** What the key may do; with `customRole` what that allows now. */
  readonly permissions: ReadonlyArray<Permission>;
  /** The start of the key, enough to recognise it. */
  readonly prefix: Scalars['String']['output'];
  /** When it was revoked; null while it is live. */
  readonly revokedAt: Maybe<Scalars['DateTime']['output']>;
};

/** A page of API keys. */
export type ApiKeyConnection = {
  readonly __typename?: 'ApiKeyConnection';
  /** The keys with their cursors. */
  readonly edges: ReadonlyArray<ApiKeyEdge>;
  /** The keys alone. */
  readonly nodes: ReadonlyArray<ApiKey>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An API key in a page. */
export type ApiKeyEdge = {
  readonly __typename?: 'ApiKeyEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The key. */
  readonly node: ApiKey;
};

/** A new access token, for one job or for one agent. */
export type CreateAccessTokenInput = {
  /** What it may do; a token for a job reads it. */
  readonly access?: TokenAccess;
  /** Id, name or `namespace/name` of the agent; none for a job. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /** It reads the approvals of the jobs that it reads, too; it never decides one. */
  readonly approvals?: Scalars['Boolean']['input'];
  /** Id of the one job that it reads; none for an agent. */
  readonly job?: InputMaybe<Scalars['ID']['input']>;
  /** How long it works, in seconds, 10 to 86400; no longer than the key that makes it. */
  readonly seconds?: Scalars['Int']['input'];
};

/** Answer to createAccessToken. */
export type CreateAccessTokenPayload = {
  readonly __typename?: 'CreateAccessTokenPayload';
  /** When it stops working, if whoever made it does not before. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Id of the token, as the audit log names it. */
  readonly id: Maybe<Scalars['ID']['output']>;
  /** The whole token. It is not stored and never shown again. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new API key. */
export type CreateApiKeyInput = {
  /** A role of the tenant's own that says what the key may do, now and when it is changed; at most what the caller may. */
  readonly customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** When it stops working; null for never. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Display name, 1 to 100 characters. */
  readonly name: Scalars['String']['input'];
  /** What the key may do; at most what the caller may. None with a role. */
  readonly permissions?: InputMaybe<ReadonlyArray<Permission>>;
};

/** Answer to createApiKey. */
export type CreateApiKeyPayload = {
  readonly __typename?: 'CreateApiKeyPayload';
  /** The key, without its secret. */
  readonly apiKey: Maybe<ApiKey>;
  /** The whole key. It is not stored and never shown again. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new group. */
export type CreateGroupInput = {
  /** A role of the tenant's own instead; at most what the caller may. */
  readonly customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** Name, 1 to 100 characters, unique in the tenant. An identity provider names it by the same, letter for letter. */
  readonly name: Scalars['String']['input'];
  /** A built-in role for its members besides their own; at most what the caller may. */
  readonly role?: InputMaybe<RoleName>;
};

/** An issuer to trust. */
export type CreateIdentityProviderInput = {
  /** Algorithms of signatures that are taken; RS256 and ES256 without it. */
  readonly algorithms?: InputMaybe<ReadonlyArray<SignatureAlgorithm>>;
  /** What tokens that are sent as bearers have to be made for. None are taken without it. */
  readonly audience?: InputMaybe<Scalars['String']['input']>;
  /** The client with which people sign in. Nobody can without it. */
  readonly clientId?: InputMaybe<Scalars['String']['input']>;
  /** The claim, of bearer tokens and when people sign in, that names groups of the tenant, besides those that members were added to. */
  readonly groupClaim?: InputMaybe<Scalars['String']['input']>;
  /** The issuer, an https URL, exactly as it names itself. */
  readonly issuer: Scalars['String']['input'];
  /** Where the keys of the issuer are. Without it its own description says. */
  readonly jwksUrl?: InputMaybe<Scalars['String']['input']>;
  /** Display name, 1 to 100 characters. */
  readonly name: Scalars['String']['input'];
  /** The claim of bearer tokens that names roles, which then count instead of that of the membership. */
  readonly roleClaim?: InputMaybe<Scalars['String']['input']>;
  /** What tokens may say they are in `typ`; at+jwt and JWT without it. */
  readonly tokenTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Answer to createIdentityProvider. */
export type CreateIdentityProviderPayload = {
  readonly __typename?: 'CreateIdentityProviderPayload';
  /** The new provider. */
  readonly identityProvider: Maybe<IdentityProvider>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new role of the tenant's own. */
export type CreateRoleInput = {
  /** For which labels some of them count; the others count for all. */
  readonly conditions?: InputMaybe<ReadonlyArray<PermissionConditionInput>>;
  /** Display name, 1 to 100 characters, unique in the tenant. */
  readonly name: Scalars['String']['input'];
  /** What it allows; at most what the caller may. */
  readonly permissions: ReadonlyArray<Permission>;
};

/** Answer to createRole. */
export type CreateRolePayload = {
  readonly __typename?: 'CreateRolePayload';
  /** The new role. */
  readonly customRole: Maybe<CustomRole>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A role that the tenant has made for itself. */
export type CustomRole = {
  readonly __typename?: 'CustomRole';
  /** For which labels some of them count; the others count for all. */
  readonly conditions: ReadonlyArray<PermissionCondition>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Display name, unique in the tenant. */
  readonly name: Scalars['String']['output'];
  /** Its permissions. */
  readonly permissions: ReadonlyArray<Permission>;
};

/** Which group to delete. */
export type DeleteGroupInput = {
  /** Id of the group. */
  readonly id: Scalars['ID']['input'];
};

/** Which role to delete. */
export type DeleteRoleInput = {
  /** Id of the role. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to deleteRole. */
export type DeleteRolePayload = {
  readonly __typename?: 'DeleteRolePayload';
  /** The deleted role. */
  readonly customRole: Maybe<CustomRole>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A member as a directory that provisions members sees it. */
export type DirectoryMember = {
  readonly __typename?: 'DirectoryMember';
  /** When the member was invited or provisioned. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** E-mail address, unique among the active members of the tenant. */
  readonly email: Scalars['String']['output'];
  /** How the directory calls the member. */
  readonly externalId: Maybe<Scalars['String']['output']>;
  /** Opaque id, the same as that of the member. */
  readonly id: Scalars['ID']['output'];
  /** Whether the member may come in; deactivated ones stay listed. */
  readonly isActive: Scalars['Boolean']['output'];
  /** Display name. */
  readonly name: Scalars['String']['output'];
};

/** Members as a directory counts them. */
export type DirectoryMembers = {
  readonly __typename?: 'DirectoryMembers';
  /** The page, by address. */
  readonly nodes: ReadonlyArray<DirectoryMember>;
  /** How many there are beside this page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** Which session to end. */
export type EndSessionInput = {
  /** Id of the session. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to endSession. */
export type EndSessionPayload = {
  readonly __typename?: 'EndSessionPayload';
  /** Id of the session that has ended. */
  readonly id: Maybe<Scalars['ID']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Members of the tenant by a common name. Approvals ask for one of them as `group:NAME`. */
export type Group = {
  readonly __typename?: 'Group';
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The role of the tenant's own that they have besides; null for none. */
  readonly customRole: Maybe<CustomRole>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Members who were added; those that an identity provider names come besides. */
  readonly members: ReadonlyArray<Member>;
  /** Name, unique in the tenant; it never changes. */
  readonly name: Scalars['String']['output'];
  /** The built-in role that each member has besides their own; null for none. */
  readonly role: Maybe<RoleName>;
};

/** A member of a group. */
export type GroupMemberInput = {
  /** Id of the group. */
  readonly groupId: Scalars['ID']['input'];
  /** Id of the member. */
  readonly memberId: Scalars['ID']['input'];
};

/** Answer to mutations of groups. */
export type GroupPayload = {
  readonly __typename?: 'GroupPayload';
  /** The group. */
  readonly group: Maybe<Group>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An OpenID Connect issuer that says who members are. */
export type IdentityProvider = {
  readonly __typename?: 'IdentityProvider';
  /** Algorithms of signatures that are taken. */
  readonly algorithms: ReadonlyArray<SignatureAlgorithm>;
  /** What tokens that are sent as bearers have to be made for; null where none are taken. */
  readonly audience: Maybe<Scalars['String']['output']>;
  /** The client with which people sign in; null where nobody does. */
  readonly clientId: Maybe<Scalars['String']['output']>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The claim of tokens that names groups; null where the tenant alone says who is in them. */
  readonly groupClaim: Maybe<Scalars['String']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What tokens name as their issuer, character for character. */
  readonly issuer: Scalars['String']['output'];
  /** Where the keys of the issuer are, if not where its own description says. */
  readonly jwksUrl: Maybe<Scalars['String']['output']>;
  /** Display name. */
  readonly name: Scalars['String']['output'];
  /** The claim of bearer tokens that names roles; null where the membership alone says what a member may do. */
  readonly roleClaim: Maybe<Scalars['String']['output']>;
  /** What tokens may say they are in `typ`, lower-case. */
  readonly tokenTypes: ReadonlyArray<Scalars['String']['output']>;
};

/** A new member. */
export type InviteMemberInput = {
  /** E-mail address, unique in the tenant. */
  readonly email: Scalars['String']['input'];
  /** Who the member is at an identity provider; without it their verified e-mail address tells at their first sign-in. A machine is named by this alone. */
  readonly identity?: InputMaybe<MemberIdentityInput>;
  /** Display name, 1 to 100 characters. */
  readonly name: Scalars['String']['input'];
  /** What the member may do; at most what the caller may. */
  readonly role: RoleName;
};

/** Answer to inviteMember. */
export type InviteMemberPayload = {
  readonly __typename?: 'InviteMemberPayload';
  /** The new member. */
  readonly member: Maybe<Member>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What becomes of the jobs of a credential that ends, of the jobs they started and of the schedules it published. */
export type JobsPolicy =
  /** They are paused until somebody resumes or cancels them; who resumes one answers for it from then on. Its schedules start nothing until somebody publishes their agents again. */
  | 'ASK'
  /** They go on to their end. */
  | 'FINISH'
  /** They are cancelled: none of them begins another effect. Its schedules start nothing until somebody publishes their agents again. */
  | 'STOP';

/** A label, and what it may say. */
export type LabelCondition = {
  readonly __typename?: 'LabelCondition';
  /** Name of the label. */
  readonly name: Scalars['String']['output'];
  /** It says one of these. */
  readonly values: ReadonlyArray<Scalars['String']['output']>;
};

/** A label, and what it may say. */
export type LabelConditionInput = {
  /** Name of the label. */
  readonly name: Scalars['String']['input'];
  /** It says one of these. */
  readonly values: ReadonlyArray<Scalars['String']['input']>;
};

/** A person in the tenant. */
export type Member = {
  readonly __typename?: 'Member';
  /** When the member was invited. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The role of the tenant's own that says what the member may do instead; null for none. */
  readonly customRole: Maybe<CustomRole>;
  /** E-mail address, unique in the tenant. */
  readonly email: Scalars['String']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Display name. */
  readonly name: Scalars['String']['output'];
  /** The built-in role; it says what the member may do where `customRole` is null. */
  readonly role: RoleName;
};

/** A page of members. */
export type MemberConnection = {
  readonly __typename?: 'MemberConnection';
  /** The members with their cursors. */
  readonly edges: ReadonlyArray<MemberEdge>;
  /** The members alone. */
  readonly nodes: ReadonlyArray<Member>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A member in a page. */
export type MemberEdge = {
  readonly __typename?: 'MemberEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The member. */
  readonly node: Member;
};

/** Who somebody is at an identity provider. */
export type MemberIdentityInput = {
  /** Id of the identity provider. */
  readonly providerId: Scalars['ID']['input'];
  /** What its tokens say in `sub`; of a machine mostly its client id. */
  readonly subject: Scalars['String']['input'];
};

/** How a definition is judged that names what does not exist yet. */
export type MissingReferences =
  /** It is refused. */
  | 'ERROR'
  /** It is published, with a warning. */
  | 'WARNING';

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Adds a member to a group. */
  readonly addGroupMember: GroupPayload;
  /** Makes a short-lived credential that a backend gives to a page, for one job or one agent. Never more may be done with it than its maker may; it ends with that one. */
  readonly createAccessToken: CreateAccessTokenPayload;
  /** Makes an API key and shows its secret once. */
  readonly createApiKey: CreateApiKeyPayload;
  /** Makes a group of members. */
  readonly createGroup: GroupPayload;
  /** Trusts an issuer to say who members are; the caller has to be able to do everything. */
  readonly createIdentityProvider: CreateIdentityProviderPayload;
  /** Makes a role of the tenant's own. */
  readonly createRole: CreateRolePayload;
  /** Deletes a group; nobody decides an approval by it any more. */
  readonly deleteGroup: GroupPayload;
  /** Deletes a role of the tenant's own that nobody has. */
  readonly deleteRole: DeleteRolePayload;
  /** Ends a session at once: one's own, or with ACCESS_MANAGE anybody's. */
  readonly endSession: EndSessionPayload;
  /** Adds a member who signs in through the tenant's identity provider. */
  readonly inviteMember: InviteMemberPayload;
  /** Creates, changes, deactivates or reactivates a member as a directory does. */
  readonly provisionMember: ProvisionMemberPayload;
  /** Takes a member out of a group. */
  readonly removeGroupMember: GroupPayload;
  /** Trusts an issuer no more: its tokens and the sessions that began with it end at once. */
  readonly removeIdentityProvider: RemoveIdentityProviderPayload;
  /** Ends a membership at once. */
  readonly removeMember: RemoveMemberPayload;
  /** Ends an access token at once: one's own, or with ACCESS_MANAGE anybody's. Its sockets close within seconds; jobs that it has submitted go on. */
  readonly revokeAccessToken: RevokeAccessTokenPayload;
  /** Ends a key at once; its live subscriptions close within seconds. */
  readonly revokeApiKey: RevokeApiKeyPayload;
  /** Makes a successor of a key; both work for a while. */
  readonly rotateApiKey: RotateApiKeyPayload;
  /** Changes what a member may do. */
  readonly setMemberRole: SetMemberRolePayload;
  /** Gives a group another role or none; its members may do so within seconds. */
  readonly updateGroup: GroupPayload;
  /** Changes what a role of the tenant's own allows, for all who have it. */
  readonly updateRole: UpdateRolePayload;
  /** Renames the tenant. */
  readonly updateTenant: UpdateTenantPayload;
};


export type MutationAddGroupMemberArgs = {
  input: GroupMemberInput;
};


export type MutationCreateAccessTokenArgs = {
  input: CreateAccessTokenInput;
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationCreateGroupArgs = {
  input: CreateGroupInput;
};


export type MutationCreateIdentityProviderArgs = {
  input: CreateIdentityProviderInput;
};


export type MutationCreateRoleArgs = {
  input: CreateRoleInput;
};


export type MutationDeleteGroupArgs = {
  input: DeleteGroupInput;
};


export type MutationDeleteRoleArgs = {
  input: DeleteRoleInput;
};


export type MutationEndSessionArgs = {
  input: EndSessionInput;
};


export type MutationInviteMemberArgs = {
  input: InviteMemberInput;
};


export type MutationProvisionMemberArgs = {
  input: ProvisionMemberInput;
};


export type MutationRemoveGroupMemberArgs = {
  input: GroupMemberInput;
};


export type MutationRemoveIdentityProviderArgs = {
  input: RemoveIdentityProviderInput;
};


export type MutationRemoveMemberArgs = {
  input: RemoveMemberInput;
};


export type MutationRevokeAccessTokenArgs = {
  input: RevokeAccessTokenInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRotateApiKeyArgs = {
  input: RotateApiKeyInput;
};


export type MutationSetMemberRoleArgs = {
  input: SetMemberRoleInput;
};


export type MutationUpdateGroupArgs = {
  input: UpdateGroupInput;
};


export type MutationUpdateRoleArgs = {
  input: UpdateRoleInput;
};


export type MutationUpdateTenantArgs = {
  input: UpdateTenantInput;
};

/** Where a page stands in its connection, by the Relay specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the last edge, null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** True when more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when some precede. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge, null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** What a caller may do. Roles map to permissions; API keys carry them directly. */
export type Permission =
  /** Manage the tenant, its members and API keys. */
  | 'ACCESS_MANAGE'
  /** Create, change, deactivate and reactivate members as a directory does, without a say in what they may do. */
  | 'ACCESS_PROVISION'
  /** Read the tenant, its members and API keys. */
  | 'ACCESS_READ'
  /** Publish and archive agents. */
  | 'AGENTS_PUBLISH'
  /** Decide approvals. */
  | 'APPROVALS_DECIDE'
  /** Make links by which members decide approvals without signing in; whoever has a link decides as that member. */
  | 'APPROVALS_LINK'
  /** Erase persons, place and release legal holds, set how long data is kept. */
  | 'AUDIT_MANAGE'
  /** Read the audit log. */
  | 'AUDIT_READ'
  /** Invoke an integration's operation outside a job. */
  | 'INTEGRATIONS_INVOKE'
  /** Create, change, test and delete integrations and set their credentials. */
  | 'INTEGRATIONS_MANAGE'
  /** Read integrations and their calls. */
  | 'INTEGRATIONS_READ'
  /** Try definitions on past jobs, and see what would become of them. */
  | 'JOBS_BACKTEST'
  /** Cancel, pause, resume and redrive jobs; send events. */
  | 'JOBS_OPERATE'
  /** Read agents, jobs, steps, events and approvals. */
  | 'JOBS_READ'
  /** See the data of jobs that their definitions mark as sensitive; each read is in the audit log. */
  | 'JOBS_SENSITIVE_READ'
  /** Submit jobs. */
  | 'JOBS_SUBMIT';

/** A permission that counts for some agents or integrations only, by their labels. Several for one permission are alternatives. */
export type PermissionCondition = {
  readonly __typename?: 'PermissionCondition';
  /** The labels that they have to have, each of them. */
  readonly labels: ReadonlyArray<LabelCondition>;
  /** The permission. */
  readonly permission: Permission;
};

/** A permission that is to count for some labels only. Several for one permission are alternatives. */
export type PermissionConditionInput = {
  /** The labels that the agent or integration has to have, each of them. */
  readonly labels: ReadonlyArray<LabelConditionInput>;
  /** A permission about agents and jobs (JOBS_READ, JOBS_SUBMIT, JOBS_OPERATE, AGENTS_PUBLISH, APPROVALS_DECIDE, APPROVALS_LINK) or integrations (INTEGRATIONS_READ, INTEGRATIONS_MANAGE, INTEGRATIONS_INVOKE). */
  readonly permission: Permission;
};

/** What a directory says of a member; what is left out stays. */
export type ProvisionMemberInput = {
  /** E-mail address. It stays where somebody who has not signed in yet would get more than VIEWER by it. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** How the directory calls the member; null for nothing. */
  readonly externalId?: InputMaybe<Scalars['String']['input']>;
  /** Id of the member; absent for a new one, which has the role VIEWER and needs an address. */
  readonly id?: InputMaybe<Scalars['ID']['input']>;
  /** False ends sessions, sockets and jobs of the member within seconds; true lets them in again, as VIEWER. */
  readonly isActive?: InputMaybe<Scalars['Boolean']['input']>;
  /** Display name. @default the address */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** Answer to provisionMember. */
export type ProvisionMemberPayload = {
  readonly __typename?: 'ProvisionMemberPayload';
  /** The member. */
  readonly member: Maybe<DirectoryMember>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** API keys of the tenant, oldest first, revoked ones included. */
  readonly apiKeys: ApiKeyConnection;
  /** Roles that the tenant has made for itself, oldest first. */
  readonly customRoles: ReadonlyArray<CustomRole>;
  /** One of them by id, deactivated or not. */
  readonly directoryMember: Maybe<DirectoryMember>;
  /** Members as a directory pages through them: by address, deactivated ones too; one for each address. What SCIM is made of. */
  readonly directoryMembers: DirectoryMembers;
  /** Groups of members, oldest first. */
  readonly groups: ReadonlyArray<Group>;
  /** Issuers that say who members are, oldest first. */
  readonly identityProviders: ReadonlyArray<IdentityProvider>;
  /** Members of the tenant, oldest first. */
  readonly members: MemberConnection;
  /** All roles with their permissions. */
  readonly roles: ReadonlyArray<Role>;
  /** Sessions of people who signed in, oldest first: the caller's own, or with `mine: false` all of the tenant, which needs ACCESS_READ. */
  readonly sessions: SessionConnection;
  /** The caller's tenant. */
  readonly tenant: Tenant;
  /** Who is calling. */
  readonly viewer: Viewer;
};


export type QueryApiKeysArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDirectoryMemberArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDirectoryMembersArgs = {
  count?: Scalars['Int']['input'];
  email: InputMaybe<Scalars['String']['input']>;
  externalId: InputMaybe<Scalars['String']['input']>;
  startIndex?: Scalars['Int']['input'];
};


export type QueryMembersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySessionsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  mine?: Scalars['Boolean']['input'];
};

/** Which identity provider to remove. */
export type RemoveIdentityProviderInput = {
  /** Id of the provider. */
  readonly id: Scalars['ID']['input'];
  /** What becomes of the jobs of members who have no other provider of their issuer. */
  readonly jobs?: JobsPolicy;
};

/** Answer to removeIdentityProvider. */
export type RemoveIdentityProviderPayload = {
  readonly __typename?: 'RemoveIdentityProviderPayload';
  /** The removed provider. */
  readonly identityProvider: Maybe<IdentityProvider>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which member to remove. */
export type RemoveMemberInput = {
  /** Id of the member. */
  readonly id: Scalars['ID']['input'];
  /** What becomes of the jobs the member submitted that are not over. */
  readonly jobs?: JobsPolicy;
};

/** Answer to removeMember. */
export type RemoveMemberPayload = {
  readonly __typename?: 'RemoveMemberPayload';
  /** The removed member. */
  readonly member: Maybe<Member>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which token to end. */
export type RevokeAccessTokenInput = {
  /** Id of the token. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to revokeAccessToken. */
export type RevokeAccessTokenPayload = {
  readonly __typename?: 'RevokeAccessTokenPayload';
  /** Id of the token that has ended. */
  readonly id: Maybe<Scalars['ID']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which key to revoke. */
export type RevokeApiKeyInput = {
  /** Id of the key. */
  readonly id: Scalars['ID']['input'];
  /** What becomes of the jobs submitted with it that are not over. */
  readonly jobs?: JobsPolicy;
};

/** Answer to revokeApiKey. */
export type RevokeApiKeyPayload = {
  readonly __typename?: 'RevokeApiKeyPayload';
  /** The revoked key. */
  readonly apiKey: Maybe<ApiKey>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A role and what it allows. */
export type Role = {
  readonly __typename?: 'Role';
  /** Name of the role. */
  readonly name: RoleName;
  /** Its permissions. */
  readonly permissions: ReadonlyArray<Permission>;
};

/** A named set of permissions for members. */
export type RoleName =
  /** May do everything in the tenant. */
  | 'ADMIN'
  /** Decides approvals. */
  | 'APPROVER'
  /** Reads everything including the audit log. */
  | 'AUDITOR'
  /** Publishes agents and manages integrations. */
  | 'AUTHOR'
  /** Submits and steers jobs. */
  | 'OPERATOR'
  /** Reads agents, jobs and integrations. */
  | 'VIEWER';

/** Which key to rotate. */
export type RotateApiKeyInput = {
  /** Id of the key. */
  readonly id: Scalars['ID']['input'];
  /** How long the old secret still works, in seconds, 0 to 604800. */
  readonly overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** Answer to rotateApiKey. */
export type RotateApiKeyPayload = {
  readonly __typename?: 'RotateApiKeyPayload';
  /** The new key; it has the old one's name and permissions, or role. */
  readonly apiKey: Maybe<ApiKey>;
  /** The whole new key. It is not stored and never shown again. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Somebody who signed in and is so still. */
export type Session = {
  readonly __typename?: 'Session';
  /** What the program said it is; null if nothing. */
  readonly agent: Maybe<Scalars['String']['output']>;
  /** When it began. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it ends at the latest; it ends earlier when it is not used. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Where. */
  readonly kind: SessionKind;
  /** When it was last used, to the minute; null for never. */
  readonly lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who signed in. */
  readonly member: Member;
};

/** A page of sessions. */
export type SessionConnection = {
  readonly __typename?: 'SessionConnection';
  /** The sessions with their cursors. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** The sessions alone. */
  readonly nodes: ReadonlyArray<Session>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A session in a page. */
export type SessionEdge = {
  readonly __typename?: 'SessionEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: Session;
};

/** Where somebody signed in. */
export type SessionKind =
  /** At the command line. */
  | 'CLI'
  /** On a page, with a cookie. */
  | 'PAGE';

/** A member's new role. */
export type SetMemberRoleInput = {
  /** A role of the tenant's own, which then says what the member may do; none takes away the one there is. */
  readonly customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** Id of the member. */
  readonly id: Scalars['ID']['input'];
  /** The new role; at most what the caller may. */
  readonly role: RoleName;
};

/** Answer to setMemberRole. */
export type SetMemberRolePayload = {
  readonly __typename?: 'SetMemberRolePayload';
  /** The member. */
  readonly member: Maybe<Member>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An algorithm of a signature that only its issuer can make. */
export type SignatureAlgorithm =
  /** Edwards curves. */
  | 'EDDSA'
  /** ECDSA on P-256. */
  | 'ES256'
  /** ECDSA on P-384. */
  | 'ES384'
  /** ECDSA on P-521. */
  | 'ES512'
  /** RSA-PSS with SHA-256. */
  | 'PS256'
  /** RSA-PSS with SHA-384. */
  | 'PS384'
  /** RSA-PSS with SHA-512. */
  | 'PS512'
  /** RSA with SHA-256. */
  | 'RS256'
  /** RSA with SHA-384. */
  | 'RS384'
  /** RSA with SHA-512. */
  | 'RS512';

/** An organisation; nothing crosses its border. */
export type Tenant = {
  readonly __typename?: 'Tenant';
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** How a definition is judged that names an integration, operation, secret or agent which does not exist yet. */
  readonly missingReferences: MissingReferences;
  /** Display name. */
  readonly name: Scalars['String']['output'];
};

/** What an access token lets a page do. */
export type TokenAccess =
  /** It reads the job, or all jobs of the agent. */
  | 'READ'
  /** It submits jobs of the agent, and reads those alone that were submitted with it. */
  | 'SUBMIT';

/** Which role a group has from now on. */
export type UpdateGroupInput = {
  /** A role of the tenant's own instead. */
  readonly customRoleId?: InputMaybe<Scalars['ID']['input']>;
  /** Id of the group. */
  readonly id: Scalars['ID']['input'];
  /** A built-in role for its members besides their own; without both it has none. */
  readonly role?: InputMaybe<RoleName>;
};

/** What a role allows from now on. */
export type UpdateRoleInput = {
  /** For which labels some of them count; none keeps those there are. */
  readonly conditions?: InputMaybe<ReadonlyArray<PermissionConditionInput>>;
  /** Id of the role. */
  readonly id: Scalars['ID']['input'];
  /** What it allows; at most what the caller may. */
  readonly permissions: ReadonlyArray<Permission>;
};

/** Answer to updateRole. */
export type UpdateRolePayload = {
  readonly __typename?: 'UpdateRolePayload';
  /** The changed role. */
  readonly customRole: Maybe<CustomRole>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to the tenant. */
export type UpdateTenantInput = {
  /** How a definition is judged that names what does not exist yet; none keeps it as it is. */
  readonly missingReferences?: InputMaybe<MissingReferences>;
  /** New display name, 1 to 100 characters; none keeps the one there is. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** Answer to updateTenant. */
export type UpdateTenantPayload = {
  readonly __typename?: 'UpdateTenantPayload';
  /** The tenant. */
  readonly tenant: Maybe<Tenant>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Why a mutation was refused. Nothing was changed. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** Stable code, listed in docs/errors.md; business rules of an agent carry their own codes. */
  readonly code: Scalars['String']['output'];
  /** Path of the argument at fault, dots and indexes; empty for the request as a whole. */
  readonly field: Scalars['String']['output'];
  /** What is wrong and what to do. */
  readonly message: Scalars['String']['output'];
};

/** Who is calling. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** For which labels some of that counts; the others count for all. */
  readonly conditions: ReadonlyArray<PermissionCondition>;
  /** Id of the member, API key, access token or inbound webhook. */
  readonly id: Scalars['ID']['output'];
  /** Kind of the caller. */
  readonly kind: ActorKind;
  /** Display name. */
  readonly name: Scalars['String']['output'];
  /** What the caller may do. */
  readonly permissions: ReadonlyArray<Permission>;
  /** The tenant the caller belongs to. */
  readonly tenant: Tenant;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  ApiKey: ApiKey;
  Member: Member;
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  ApiKey:
    ( { __typename: 'ApiKey' }
    & GraphQLRecursivePick<FederationTypes['ApiKey'], {"id":true}> );
  Member:
    ( { __typename: 'Member' }
    & GraphQLRecursivePick<FederationTypes['Member'], {"id":true}> );
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ActorKind: ActorKind;
  ApiKey: ResolverTypeWrapper<ApiKeyRecord>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ApiKeyConnection: ResolverTypeWrapper<Omit<ApiKeyConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ApiKeyEdge']>, nodes: ReadonlyArray<ResolversTypes['ApiKey']> }>;
  ApiKeyEdge: ResolverTypeWrapper<Omit<ApiKeyEdge, 'node'> & { node: ResolversTypes['ApiKey'] }>;
  CreateAccessTokenInput: CreateAccessTokenInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CreateAccessTokenPayload: ResolverTypeWrapper<CreateAccessTokenPayload>;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateApiKeyPayload: ResolverTypeWrapper<Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversTypes['ApiKey']> }>;
  CreateGroupInput: CreateGroupInput;
  CreateIdentityProviderInput: CreateIdentityProviderInput;
  CreateIdentityProviderPayload: ResolverTypeWrapper<Omit<CreateIdentityProviderPayload, 'identityProvider'> & { identityProvider?: Maybe<ResolversTypes['IdentityProvider']> }>;
  CreateRoleInput: CreateRoleInput;
  CreateRolePayload: ResolverTypeWrapper<Omit<CreateRolePayload, 'customRole'> & { customRole?: Maybe<ResolversTypes['CustomRole']> }>;
  CustomRole: ResolverTypeWrapper<CustomRoleRow>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteGroupInput: DeleteGroupInput;
  DeleteRoleInput: DeleteRoleInput;
  DeleteRolePayload: ResolverTypeWrapper<Omit<DeleteRolePayload, 'customRole'> & { customRole?: Maybe<ResolversTypes['CustomRole']> }>;
  DirectoryMember: ResolverTypeWrapper<DirectoryMemberRow>;
  DirectoryMembers: ResolverTypeWrapper<Omit<DirectoryMembers, 'nodes'> & { nodes: ReadonlyArray<ResolversTypes['DirectoryMember']> }>;
  EndSessionInput: EndSessionInput;
  EndSessionPayload: ResolverTypeWrapper<EndSessionPayload>;
  Group: ResolverTypeWrapper<GroupRow>;
  GroupMemberInput: GroupMemberInput;
  GroupPayload: ResolverTypeWrapper<Omit<GroupPayload, 'group'> & { group?: Maybe<ResolversTypes['Group']> }>;
  IdentityProvider: ResolverTypeWrapper<ProviderRow>;
  InviteMemberInput: InviteMemberInput;
  InviteMemberPayload: ResolverTypeWrapper<Omit<InviteMemberPayload, 'member'> & { member?: Maybe<ResolversTypes['Member']> }>;
  JobsPolicy: JobsPolicy;
  LabelCondition: ResolverTypeWrapper<LabelCondition>;
  LabelConditionInput: LabelConditionInput;
  Member: ResolverTypeWrapper<MemberRow>;
  MemberConnection: ResolverTypeWrapper<Omit<MemberConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['MemberEdge']>, nodes: ReadonlyArray<ResolversTypes['Member']> }>;
  MemberEdge: ResolverTypeWrapper<Omit<MemberEdge, 'node'> & { node: ResolversTypes['Member'] }>;
  MemberIdentityInput: MemberIdentityInput;
  MissingReferences: MissingReferences;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Permission: Permission;
  PermissionCondition: ResolverTypeWrapper<PermissionCondition>;
  PermissionConditionInput: PermissionConditionInput;
  ProvisionMemberInput: ProvisionMemberInput;
  ProvisionMemberPayload: ResolverTypeWrapper<Omit<ProvisionMemberPayload, 'member'> & { member?: Maybe<ResolversTypes['DirectoryMember']> }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RemoveIdentityProviderInput: RemoveIdentityProviderInput;
  RemoveIdentityProviderPayload: ResolverTypeWrapper<Omit<RemoveIdentityProviderPayload, 'identityProvider'> & { identityProvider?: Maybe<ResolversTypes['IdentityProvider']> }>;
  RemoveMemberInput: RemoveMemberInput;
  RemoveMemberPayload: ResolverTypeWrapper<Omit<RemoveMemberPayload, 'member'> & { member?: Maybe<ResolversTypes['Member']> }>;
  RevokeAccessTokenInput: RevokeAccessTokenInput;
  RevokeAccessTokenPayload: ResolverTypeWrapper<RevokeAccessTokenPayload>;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: ResolverTypeWrapper<Omit<RevokeApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversTypes['ApiKey']> }>;
  Role: ResolverTypeWrapper<Role>;
  RoleName: RoleName;
  RotateApiKeyInput: RotateApiKeyInput;
  RotateApiKeyPayload: ResolverTypeWrapper<Omit<RotateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversTypes['ApiKey']> }>;
  Session: ResolverTypeWrapper<ListedSession>;
  SessionConnection: ResolverTypeWrapper<Omit<SessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['SessionEdge']>, nodes: ReadonlyArray<ResolversTypes['Session']> }>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionKind: SessionKind;
  SetMemberRoleInput: SetMemberRoleInput;
  SetMemberRolePayload: ResolverTypeWrapper<Omit<SetMemberRolePayload, 'member'> & { member?: Maybe<ResolversTypes['Member']> }>;
  SignatureAlgorithm: SignatureAlgorithm;
  Tenant: ResolverTypeWrapper<TenantRow>;
  TokenAccess: TokenAccess;
  UpdateGroupInput: UpdateGroupInput;
  UpdateRoleInput: UpdateRoleInput;
  UpdateRolePayload: ResolverTypeWrapper<Omit<UpdateRolePayload, 'customRole'> & { customRole?: Maybe<ResolversTypes['CustomRole']> }>;
  UpdateTenantInput: UpdateTenantInput;
  UpdateTenantPayload: ResolverTypeWrapper<Omit<UpdateTenantPayload, 'tenant'> & { tenant?: Maybe<ResolversTypes['Tenant']> }>;
  UserError: ResolverTypeWrapper<UserError>;
  Viewer: ResolverTypeWrapper<Actor>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApiKey: ApiKeyRecord;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  ApiKeyConnection: Omit<ApiKeyConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ApiKeyEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ApiKey']> };
  ApiKeyEdge: Omit<ApiKeyEdge, 'node'> & { node: ResolversParentTypes['ApiKey'] };
  CreateAccessTokenInput: CreateAccessTokenInput;
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
  CreateAccessTokenPayload: CreateAccessTokenPayload;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateApiKeyPayload: Omit<CreateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']> };
  CreateGroupInput: CreateGroupInput;
  CreateIdentityProviderInput: CreateIdentityProviderInput;
  CreateIdentityProviderPayload: Omit<CreateIdentityProviderPayload, 'identityProvider'> & { identityProvider?: Maybe<ResolversParentTypes['IdentityProvider']> };
  CreateRoleInput: CreateRoleInput;
  CreateRolePayload: Omit<CreateRolePayload, 'customRole'> & { customRole?: Maybe<ResolversParentTypes['CustomRole']> };
  CustomRole: CustomRoleRow;
  DateTime: Scalars['DateTime']['output'];
  DeleteGroupInput: DeleteGroupInput;
  DeleteRoleInput: DeleteRoleInput;
  DeleteRolePayload: Omit<DeleteRolePayload, 'customRole'> & { customRole?: Maybe<ResolversParentTypes['CustomRole']> };
  DirectoryMember: DirectoryMemberRow;
  DirectoryMembers: Omit<DirectoryMembers, 'nodes'> & { nodes: ReadonlyArray<ResolversParentTypes['DirectoryMember']> };
  EndSessionInput: EndSessionInput;
  EndSessionPayload: EndSessionPayload;
  Group: GroupRow;
  GroupMemberInput: GroupMemberInput;
  GroupPayload: Omit<GroupPayload, 'group'> & { group?: Maybe<ResolversParentTypes['Group']> };
  IdentityProvider: ProviderRow;
  InviteMemberInput: InviteMemberInput;
  InviteMemberPayload: Omit<InviteMemberPayload, 'member'> & { member?: Maybe<ResolversParentTypes['Member']> };
  LabelCondition: LabelCondition;
  LabelConditionInput: LabelConditionInput;
  Member: MemberRow;
  MemberConnection: Omit<MemberConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['MemberEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Member']> };
  MemberEdge: Omit<MemberEdge, 'node'> & { node: ResolversParentTypes['Member'] };
  MemberIdentityInput: MemberIdentityInput;
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  PermissionCondition: PermissionCondition;
  PermissionConditionInput: PermissionConditionInput;
  ProvisionMemberInput: ProvisionMemberInput;
  ProvisionMemberPayload: Omit<ProvisionMemberPayload, 'member'> & { member?: Maybe<ResolversParentTypes['DirectoryMember']> };
  Query: Record<PropertyKey, never>;
  RemoveIdentityProviderInput: RemoveIdentityProviderInput;
  RemoveIdentityProviderPayload: Omit<RemoveIdentityProviderPayload, 'identityProvider'> & { identityProvider?: Maybe<ResolversParentTypes['IdentityProvider']> };
  RemoveMemberInput: RemoveMemberInput;
  RemoveMemberPayload: Omit<RemoveMemberPayload, 'member'> & { member?: Maybe<ResolversParentTypes['Member']> };
  RevokeAccessTokenInput: RevokeAccessTokenInput;
  RevokeAccessTokenPayload: RevokeAccessTokenPayload;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeApiKeyPayload: Omit<RevokeApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']> };
  Role: Role;
  RotateApiKeyInput: RotateApiKeyInput;
  RotateApiKeyPayload: Omit<RotateApiKeyPayload, 'apiKey'> & { apiKey?: Maybe<ResolversParentTypes['ApiKey']> };
  Session: ListedSession;
  SessionConnection: Omit<SessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['SessionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Session']> };
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SetMemberRoleInput: SetMemberRoleInput;
  SetMemberRolePayload: Omit<SetMemberRolePayload, 'member'> & { member?: Maybe<ResolversParentTypes['Member']> };
  Tenant: TenantRow;
  UpdateGroupInput: UpdateGroupInput;
  UpdateRoleInput: UpdateRoleInput;
  UpdateRolePayload: Omit<UpdateRolePayload, 'customRole'> & { customRole?: Maybe<ResolversParentTypes['CustomRole']> };
  UpdateTenantInput: UpdateTenantInput;
  UpdateTenantPayload: Omit<UpdateTenantPayload, 'tenant'> & { tenant?: Maybe<ResolversParentTypes['Tenant']> };
  UserError: UserError;
  Viewer: Actor;
};

export type ApiKeyResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey'], FederationReferenceType extends FederationReferenceTypes['ApiKey'] = FederationReferenceTypes['ApiKey']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ApiKey']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
  prefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ApiKeyConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApiKeyConnection'] = ResolversParentTypes['ApiKeyConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ApiKeyEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApiKeyEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApiKeyEdge'] = ResolversParentTypes['ApiKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type CreateAccessTokenPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateAccessTokenPayload'] = ResolversParentTypes['CreateAccessTokenPayload']> = {
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateApiKeyPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateApiKeyPayload'] = ResolversParentTypes['CreateApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateIdentityProviderPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateIdentityProviderPayload'] = ResolversParentTypes['CreateIdentityProviderPayload']> = {
  identityProvider?: Resolver<Maybe<ResolversTypes['IdentityProvider']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateRolePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateRolePayload'] = ResolversParentTypes['CreateRolePayload']> = {
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CustomRoleResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CustomRole'] = ResolversParentTypes['CustomRole']> = {
  conditions?: Resolver<ReadonlyArray<ResolversTypes['PermissionCondition']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteRolePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DeleteRolePayload'] = ResolversParentTypes['DeleteRolePayload']> = {
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DirectoryMemberResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DirectoryMember'] = ResolversParentTypes['DirectoryMember']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  externalId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DirectoryMembersResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DirectoryMembers'] = ResolversParentTypes['DirectoryMembers']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['DirectoryMember']>, ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EndSessionPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['EndSessionPayload'] = ResolversParentTypes['EndSessionPayload']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type GroupResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  members?: Resolver<ReadonlyArray<ResolversTypes['Member']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['RoleName']>, ParentType, ContextType>;
};

export type GroupPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['GroupPayload'] = ResolversParentTypes['GroupPayload']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type IdentityProviderResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IdentityProvider'] = ResolversParentTypes['IdentityProvider']> = {
  algorithms?: Resolver<ReadonlyArray<ResolversTypes['SignatureAlgorithm']>, ParentType, ContextType>;
  audience?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  clientId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  groupClaim?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jwksUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roleClaim?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tokenTypes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InviteMemberPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InviteMemberPayload'] = ResolversParentTypes['InviteMemberPayload']> = {
  member?: Resolver<Maybe<ResolversTypes['Member']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LabelConditionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['LabelCondition'] = ResolversParentTypes['LabelCondition']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  values?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MemberResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member'], FederationReferenceType extends FederationReferenceTypes['Member'] = FederationReferenceTypes['Member']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Member']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['RoleName'], ParentType, ContextType>;
};

export type MemberConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['MemberConnection'] = ResolversParentTypes['MemberConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MemberEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Member']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MemberEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['MemberEdge'] = ResolversParentTypes['MemberEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addGroupMember?: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<MutationAddGroupMemberArgs, 'input'>>;
  createAccessToken?: Resolver<ResolversTypes['CreateAccessTokenPayload'], ParentType, ContextType, RequireFields<MutationCreateAccessTokenArgs, 'input'>>;
  createApiKey?: Resolver<ResolversTypes['CreateApiKeyPayload'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createGroup?: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<MutationCreateGroupArgs, 'input'>>;
  createIdentityProvider?: Resolver<ResolversTypes['CreateIdentityProviderPayload'], ParentType, ContextType, RequireFields<MutationCreateIdentityProviderArgs, 'input'>>;
  createRole?: Resolver<ResolversTypes['CreateRolePayload'], ParentType, ContextType, RequireFields<MutationCreateRoleArgs, 'input'>>;
  deleteGroup?: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<MutationDeleteGroupArgs, 'input'>>;
  deleteRole?: Resolver<ResolversTypes['DeleteRolePayload'], ParentType, ContextType, RequireFields<MutationDeleteRoleArgs, 'input'>>;
  endSession?: Resolver<ResolversTypes['EndSessionPayload'], ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'input'>>;
  inviteMember?: Resolver<ResolversTypes['InviteMemberPayload'], ParentType, ContextType, RequireFields<MutationInviteMemberArgs, 'input'>>;
  provisionMember?: Resolver<ResolversTypes['ProvisionMemberPayload'], ParentType, ContextType, RequireFields<MutationProvisionMemberArgs, 'input'>>;
  removeGroupMember?: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<MutationRemoveGroupMemberArgs, 'input'>>;
  removeIdentityProvider?: Resolver<ResolversTypes['RemoveIdentityProviderPayload'], ParentType, ContextType, RequireFields<MutationRemoveIdentityProviderArgs, 'input'>>;
  removeMember?: Resolver<ResolversTypes['RemoveMemberPayload'], ParentType, ContextType, RequireFields<MutationRemoveMemberArgs, 'input'>>;
  revokeAccessToken?: Resolver<ResolversTypes['RevokeAccessTokenPayload'], ParentType, ContextType, RequireFields<MutationRevokeAccessTokenArgs, 'input'>>;
  revokeApiKey?: Resolver<ResolversTypes['RevokeApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'input'>>;
  rotateApiKey?: Resolver<ResolversTypes['RotateApiKeyPayload'], ParentType, ContextType, RequireFields<MutationRotateApiKeyArgs, 'input'>>;
  setMemberRole?: Resolver<ResolversTypes['SetMemberRolePayload'], ParentType, ContextType, RequireFields<MutationSetMemberRoleArgs, 'input'>>;
  updateGroup?: Resolver<ResolversTypes['GroupPayload'], ParentType, ContextType, RequireFields<MutationUpdateGroupArgs, 'input'>>;
  updateRole?: Resolver<ResolversTypes['UpdateRolePayload'], ParentType, ContextType, RequireFields<MutationUpdateRoleArgs, 'input'>>;
  updateTenant?: Resolver<ResolversTypes['UpdateTenantPayload'], ParentType, ContextType, RequireFields<MutationUpdateTenantArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PermissionConditionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PermissionCondition'] = ResolversParentTypes['PermissionCondition']> = {
  labels?: Resolver<ReadonlyArray<ResolversTypes['LabelCondition']>, ParentType, ContextType>;
  permission?: Resolver<ResolversTypes['Permission'], ParentType, ContextType>;
};

export type ProvisionMemberPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ProvisionMemberPayload'] = ResolversParentTypes['ProvisionMemberPayload']> = {
  member?: Resolver<Maybe<ResolversTypes['DirectoryMember']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  apiKeys?: Resolver<ResolversTypes['ApiKeyConnection'], ParentType, ContextType, Partial<QueryApiKeysArgs>>;
  customRoles?: Resolver<ReadonlyArray<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  directoryMember?: Resolver<Maybe<ResolversTypes['DirectoryMember']>, ParentType, ContextType, RequireFields<QueryDirectoryMemberArgs, 'id'>>;
  directoryMembers?: Resolver<ResolversTypes['DirectoryMembers'], ParentType, ContextType, RequireFields<QueryDirectoryMembersArgs, 'count' | 'startIndex'>>;
  groups?: Resolver<ReadonlyArray<ResolversTypes['Group']>, ParentType, ContextType>;
  identityProviders?: Resolver<ReadonlyArray<ResolversTypes['IdentityProvider']>, ParentType, ContextType>;
  members?: Resolver<ResolversTypes['MemberConnection'], ParentType, ContextType, Partial<QueryMembersArgs>>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['Role']>, ParentType, ContextType>;
  sessions?: Resolver<ResolversTypes['SessionConnection'], ParentType, ContextType, RequireFields<QuerySessionsArgs, 'mine'>>;
  tenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
};

export type RemoveIdentityProviderPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RemoveIdentityProviderPayload'] = ResolversParentTypes['RemoveIdentityProviderPayload']> = {
  identityProvider?: Resolver<Maybe<ResolversTypes['IdentityProvider']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RemoveMemberPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RemoveMemberPayload'] = ResolversParentTypes['RemoveMemberPayload']> = {
  member?: Resolver<Maybe<ResolversTypes['Member']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeAccessTokenPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RevokeAccessTokenPayload'] = ResolversParentTypes['RevokeAccessTokenPayload']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeApiKeyPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RevokeApiKeyPayload'] = ResolversParentTypes['RevokeApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RoleResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Role'] = ResolversParentTypes['Role']> = {
  name?: Resolver<ResolversTypes['RoleName'], ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
};

export type RotateApiKeyPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RotateApiKeyPayload'] = ResolversParentTypes['RotateApiKeyPayload']> = {
  apiKey?: Resolver<Maybe<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  agent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SessionKind'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  member?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SetMemberRolePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SetMemberRolePayload'] = ResolversParentTypes['SetMemberRolePayload']> = {
  member?: Resolver<Maybe<ResolversTypes['Member']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TenantResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  missingReferences?: Resolver<ResolversTypes['MissingReferences'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UpdateRolePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UpdateRolePayload'] = ResolversParentTypes['UpdateRolePayload']> = {
  customRole?: Resolver<Maybe<ResolversTypes['CustomRole']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateTenantPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UpdateTenantPayload'] = ResolversParentTypes['UpdateTenantPayload']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  conditions?: Resolver<ReadonlyArray<ResolversTypes['PermissionCondition']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ActorKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  permissions?: Resolver<ReadonlyArray<ResolversTypes['Permission']>, ParentType, ContextType>;
  tenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  ApiKey?: ApiKeyResolvers<ContextType>;
  ApiKeyConnection?: ApiKeyConnectionResolvers<ContextType>;
  ApiKeyEdge?: ApiKeyEdgeResolvers<ContextType>;
  CreateAccessTokenPayload?: CreateAccessTokenPayloadResolvers<ContextType>;
  CreateApiKeyPayload?: CreateApiKeyPayloadResolvers<ContextType>;
  CreateIdentityProviderPayload?: CreateIdentityProviderPayloadResolvers<ContextType>;
  CreateRolePayload?: CreateRolePayloadResolvers<ContextType>;
  CustomRole?: CustomRoleResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteRolePayload?: DeleteRolePayloadResolvers<ContextType>;
  DirectoryMember?: DirectoryMemberResolvers<ContextType>;
  DirectoryMembers?: DirectoryMembersResolvers<ContextType>;
  EndSessionPayload?: EndSessionPayloadResolvers<ContextType>;
  Group?: GroupResolvers<ContextType>;
  GroupPayload?: GroupPayloadResolvers<ContextType>;
  IdentityProvider?: IdentityProviderResolvers<ContextType>;
  InviteMemberPayload?: InviteMemberPayloadResolvers<ContextType>;
  LabelCondition?: LabelConditionResolvers<ContextType>;
  Member?: MemberResolvers<ContextType>;
  MemberConnection?: MemberConnectionResolvers<ContextType>;
  MemberEdge?: MemberEdgeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PermissionCondition?: PermissionConditionResolvers<ContextType>;
  ProvisionMemberPayload?: ProvisionMemberPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RemoveIdentityProviderPayload?: RemoveIdentityProviderPayloadResolvers<ContextType>;
  RemoveMemberPayload?: RemoveMemberPayloadResolvers<ContextType>;
  RevokeAccessTokenPayload?: RevokeAccessTokenPayloadResolvers<ContextType>;
  RevokeApiKeyPayload?: RevokeApiKeyPayloadResolvers<ContextType>;
  Role?: RoleResolvers<ContextType>;
  RotateApiKeyPayload?: RotateApiKeyPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SetMemberRolePayload?: SetMemberRolePayloadResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  UpdateRolePayload?: UpdateRolePayloadResolvers<ContextType>;
  UpdateTenantPayload?: UpdateTenantPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

