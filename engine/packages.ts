import { createRequire } from 'node:module';
import type * as Ajv07 from 'ajv';
import type * as Ajv2019 from 'ajv/dist/2019.js';
import type * as Ajv2020 from 'ajv/dist/2020.js';
import type * as Liquid from 'liquidjs';

/*
 * Packages that few definitions need, loaded when the first of those comes: to load them takes longer than to check a
 * definition that needs none of them.
 */

const load = createRequire(import.meta.url);

export function ajv07(): typeof Ajv07 {
  return load('ajv') as typeof Ajv07;
}

export function ajv2019(): typeof Ajv2019 {
  return load('ajv/dist/2019.js') as typeof Ajv2019;
}

export function ajv2020(): typeof Ajv2020 {
  return load('ajv/dist/2020.js') as typeof Ajv2020;
}

export function liquid(): typeof Liquid {
  return load('liquidjs') as typeof Liquid;
}
