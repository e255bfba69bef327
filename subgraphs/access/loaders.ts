import { loadMembersOfGroups } from '../../core/access/list-groups.ts';
import { loadApiKeys, loadMembers, loadRoles } from '../../core/access/load-access.ts';
import type { Member } from '../../prisma/_generated/client.ts';
import { byId } from '../server/by-id.ts';

export const members = byId(loadMembers);
export const customRoles = byId(loadRoles);
export const apiKeys = byId(loadApiKeys);
export const membersOfGroup = byId<readonly Member[]>(loadMembersOfGroups);
