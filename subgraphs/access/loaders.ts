import { loadApiKeys, loadMembers, loadRoles } from '../../core/access/load-access.ts';
import { byId } from '../server/by-id.ts';

export const members = byId(loadMembers);
export const customRoles = byId(loadRoles);
export const apiKeys = byId(loadApiKeys);
