import { permissions } from '../core/access/permissions.ts';
import type { Permission } from '../sdk/src/index.ts';
import { oneOf } from './job-options.ts';

/** Permissions of the command line, as one has them. */
export function permissionsOf(place: string, texts: readonly string[]): Permission[] {
  return texts.map((text) => permissionOf(place, text));
}

/** A permission of the command line; else an error that names what was probably meant. */
export function permissionOf(place: string, text: string): Permission {
  return oneOf(place, text.trim(), permissions);
}
