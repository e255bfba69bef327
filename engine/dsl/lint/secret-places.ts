import type { WorkflowDocument } from '../document.ts';
import type { Remark, Severity } from '../finding.ts';
import { ownCallOf } from './own-calls.ts';
import type { LintedTask } from './places.ts';

/** Tells where secrets may be read: where something outside is called with them, and nowhere else. */
export function secretPlaces(
  tasks: readonly LintedTask[],
  document: WorkflowDocument,
): (path: string) => boolean {
  const calls = tasks.flatMap(({ task, path }) => {
    if ('run' in task) return processes.map((part) => `${path}/run/${part}`);
    if (!('call' in task)) return [];
    const own = ownCallOf(task.call, document);
    return own === undefined || own === 'integration' ? [`${path}/with/`] : [];
  });
  const open = new Set(calls);
  return (path) =>
    path.startsWith('/use/authentications/') || prefixesOf(path).some((one) => open.has(one));
}

const processes = [
  'container/environment/',
  'container/arguments/',
  'container/stdin',
  'shell/environment/',
  'shell/arguments/',
  'shell/stdin',
  'script/environment/',
  'script/arguments/',
  'script/stdin',
] as const;

/** A path and all that lead to it, with the slash behind those. */
function prefixesOf(path: string): string[] {
  const ends = [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
  return [...ends, path];
}

/** A secret that is read where its value would be kept or told. */
export function misplacedSecret(name: string, path: string, severity: Severity): Remark {
  return {
    id: 'secret/place',
    severity,
    path,
    message: `the secret ${JSON.stringify(name)} may not be read here: its value would be kept with the job`,
    hint: 'Read it in the authentication, the headers, the body or the arguments of a call.',
  };
}
