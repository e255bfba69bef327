import type { ValueFunction } from './builtin.ts';

export const dateFunctions: Readonly<Record<string, ValueFunction>> = {};
