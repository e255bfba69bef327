// The arrows between the rooms of the house: as drawn, as the import rules allow them, and as the code takes them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

/** Arrows as texts: `worker → core`, or `gateway → core/access` where only a folder may be reached. */
export type Arrows = ReadonlySet<string>;

const rulesSchema = z.object({
  forbidden: z.array(
    z.object({ name: z.string(), to: z.object({ pathNot: z.unknown().optional() }) }),
  ),
});
const ruleName = /^([\w-]+)-reaches-only-down$/;
const pathsOfRule = z.array(z.string());

/** What the configuration of dependency-cruiser allows; folders that generators write are no rooms. */
export function allowedArrows(config: unknown): Arrows {
  return new Set(
    rulesSchema.parse(config).forbidden.flatMap(({ name, to }) => {
      const room = ruleName.exec(name)?.[1];
      if (room === undefined) return [];
      const targets = pathsOfRule.parse(to.pathNot).map((path) => path.replace(/^\^|\/$/g, ''));
      return targets
        .filter((target) => target !== room && !target.endsWith('_generated'))
        .map((target) => `${room} → ${target}`);
    }),
  );
}

/** What the first mermaid flowchart of a page draws; an arrow from or to a box counts for all in it. */
export function drawnArrows(page: string): Arrows {
  const chart = /```mermaid\nflowchart[^\n]*\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const lines = chart.split('\n').map((line) => line.trim());
  const members = membersIn(lines);
  const roomsAt = (side = ''): readonly string[] =>
    side.split('&').flatMap((id) => members.get(id.trim()) ?? [`unknown ${id.trim()}`]);
  return new Set(
    lines.flatMap((line) => {
      const [, from, label, to] = /^(.*?) -->(?:\|(\w+)\|)? (.*)$/.exec(line) ?? [];
      const within = label === undefined ? '' : `/${label}`;
      return roomsAt(from).flatMap((room) =>
        to === undefined ? [] : roomsAt(to).map((target) => `${room} → ${target}${within}`),
      );
    }),
  );
}

/** The rooms that an id in the chart stands for: its own, or those of a box. */
function membersIn(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  let box: string | undefined;
  for (const line of lines) {
    const opened = /^subgraph (\w+)$/.exec(line)?.[1];
    const [, id, room] = /^(\w+)\["([\w-]+)\/"\]$/.exec(line) ?? [];
    if (opened !== undefined) members.set((box = opened), []);
    else if (line === 'end') box = undefined;
    else if (id !== undefined && room !== undefined) {
      members.set(id, [room]);
      if (box !== undefined) members.get(box)?.push(room);
    }
  }
  return members;
}

/** Which of the allowed arrows some import of the rooms takes; what is not allowed is for check:deps to refuse. */
export function takenArrows(root: string, allowed: Arrows): Arrows {
  const targets = roomsOf(allowed).flatMap((room) =>
    sourcesOf(root, room).flatMap((file) =>
      importsOf(readFileSync(join(root, file), 'utf8')).map(
        (path) => `${room} → ${join(file, '..', path)}/`,
      ),
    ),
  );
  return new Set([...allowed].filter((arrow) => targets.some((to) => to.startsWith(`${arrow}/`))));
}

function roomsOf(arrows: Arrows): string[] {
  return [...new Set([...arrows].map((arrow) => arrow.replace(/ →.*/, '')))];
}

function sourcesOf(root: string, room: string): string[] {
  return globSync(`${room}/**/*.ts`, {
    cwd: root,
    exclude: (path) => /node_modules|_generated|\.test\.ts$/.test(path),
  });
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from |import\()'(\.[^']+)'/g)].flatMap(([, path]) => path ?? []);
}

/** What is wrong with a drawing, a line each. */
export function faultsOfDrawing(drawn: Arrows, allowed: Arrows, taken: Arrows): string[] {
  return [
    ...missing(drawn, allowed).map((arrow) => `draws ${arrow}, which no rule allows`),
    ...missing(allowed, drawn).map((arrow) => `does not draw ${arrow}, which a rule allows`),
    ...missing(allowed, taken).map((arrow) => `knows ${arrow}, which no import takes`),
  ];
}

function missing(arrows: Arrows, others: Arrows): string[] {
  return [...arrows].filter((arrow) => !others.has(arrow));
}
