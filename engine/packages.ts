import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import type AjvFormats from 'ajv-formats';
import type * as CronParser from 'cron-parser';
import type * as Liquid from 'liquidjs';

/*
 * Packages that few definitions need, loaded when the first of those comes: to load them takes longer than to check a
 * definition that needs none of them.
 */

const load = createRequire(import.meta.url);

export function ajv(): typeof Ajv {
  return load('ajv/dist/2020.js') as typeof Ajv;
}

export function ajvFormats(): typeof AjvFormats {
  return load('ajv-formats') as typeof AjvFormats;
}

export function cronParser(): typeof CronParser {
  return load('cron-parser') as typeof CronParser;
}

export function liquid(): typeof Liquid {
  return load('liquidjs') as typeof Liquid;
}
