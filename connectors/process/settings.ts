import type { Settings } from '../../kernel/config/settings.ts';

/** Whom processes run as: within a sandbox and, where the worker may change the user, without. */
export const nobody = 65_534;

/** What processes of definitions may do on this machine. */
export type ProcessSettings = Omit<Settings['processes'], 'allowed'>;
