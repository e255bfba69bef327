import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinition } from '../../engine/load-definition.ts';
import { readScenarios, scenariosOf } from '../../engine/scenarios/scenario-document.ts';
import { runOperandi } from '../testing/run-operandi.ts';
import { openSession } from './session.ts';
import { simulate } from './simulation.ts';

const head = `document: { dsl: '1.0.3', namespace: tests, name: work, version: '1.0.0' }\n`;
const purchase = `${head}do:
  - ask: { call: http, with: { method: get, endpoint: 'https://shop.example/price' } }
  - check: { switch: [{ dear: { when: .price > 5, then: approve } }, { cheap: { then: end } }] }
  - approve: { call: approval, with: { title: 'Buy it?' } }
  - each:
      for: { in: '[1, 2]' }
      do:
        - one: { set: { n: '\${ $item }' }, export: { as: '$context + {last: .n}' } }
  - rest: { if: 'false', wait: PT1S }
  - later: { wait: { days: 2 } }
`;

async function sessionOf(text: string) {
  const { definition } = loadDefinition(text);
  const [scenario] = scenariosOf(readScenarios('{"scenarios":[{"name":"x"}]}').file ?? never());
  if (definition === undefined || scenario === undefined) throw new Error('it is not valid');
  const kept: (readonly [string, object])[] = [];
  const save = (name: string, file: object): Promise<void> => {
    kept.push([name, file]);
    return Promise.resolve();
  };
  const session = openSession({
    definition,
    simulation: await simulate(definition, scenario),
    save,
  });
  const say = async (...lines: readonly string[]): Promise<string> => {
    let told = '';
    for (const line of lines) told = (await session.run(line)) ?? 'it is over';
    return told;
  };
  return { session, say, kept };
}

function never(): never {
  throw new Error('the scenario is not valid');
}

describe('a simulation', () => {
  it('stops where nothing answers, and goes on with the answer that it is given', async () => {
    const { session, say } = await sessionOf(purchase);
    expect(session.greeting()).toContain('ask call /do/0/ask · 1 of 1');
    await expect(say('next')).resolves.toContain('nothing answers http GET https://shop.example');
    await expect(say('answer {"price": 3}')).resolves.toContain('check switch');
    await expect(say('next')).resolves.toContain('completed after PT0S');
  });

  it('changes an answer, and plays again where one stands', async () => {
    const { say } = await sessionOf(purchase);
    await say('answer {"price": 3}', 'next', 'back', 'back', 'back');
    const told = await say('answer {"price": 9}');
    expect(told).toContain('3 stops (2 before)');
    expect(told).toContain('ask call');
    await expect(say('output .price')).resolves.toBe('9');
  });

  it('lets a call fail, and an approval be decided', async () => {
    const { say } = await sessionOf(purchase);
    await expect(say('fail 503', 'next')).resolves.toMatch(/failed after PT0S[^]*503/);
    await say('back', 'answer {"price": 9}', 'next', 'next');
    await expect(say('next')).resolves.toContain('waits after PT0S for approval of /do/2/approve');
    await expect(say('approve', 'list')).resolves.toContain('completed after P2D');
    await expect(say('list')).resolves.toContain('left out: its if is false');
  });

  it('goes over what is inside a task, or into it, or to a break', async () => {
    const { say } = await sessionOf(purchase);
    await say('answer {"price": 9}', 'approve', 'break each');
    await expect(say('continue')).resolves.toContain('each for');
    await expect(say('next', 'back')).resolves.toContain('one set /do/3/each/do/0/one · 6 of 8');
    await expect(say('vars .item')).resolves.toBe('2');
    await expect(say('context .last')).resolves.toBe('1');
    await expect(say('back', 'back', 'into')).resolves.toContain('5 of 8');
    await expect(say('break -')).resolves.toContain('nowhere');
    await expect(say('continue')).resolves.toContain('completed after P2D');
  });

  it('lets events come in', async () => {
    const { say } = await sessionOf(
      `${head}do: [{ hear: { listen: { to: { one: { with: { type: paid } } } } } }]`,
    );
    await expect(say('next')).resolves.toContain('waits after PT0S for event of /do/0/hear');
    await expect(say('event paid {"sum": 5}')).resolves.toContain('"sum": 5');
  });

  it('is kept as a scenario that comes out the same', async () => {
    const { say, kept } = await sessionOf(purchase);
    await say('answer {"price": 9}', 'next', 'approve', 'save mine.scenario.yaml');
    expect(kept).toMatchObject([
      [
        'mine.scenario.yaml',
        {
          scenarios: [
            {
              calls: [{ http: 'GET https://shop.example/price', returns: { price: 9 } }],
              approvals: [{ task: 'approve', decision: 'approved' }],
              expect: { state: 'completed', output: { n: 2 } },
            },
          ],
        },
      ],
    ]);
  });

  it('draws the path that was taken', async () => {
    const { say } = await sessionOf(purchase);
    const drawn = await say('answer {"price": 3}', 'draw');
    expect(drawn).toContain('  t1 ==>|"cheap"| done\n');
    expect(drawn).toContain('  t1 -->|"dear"| t2\n');
    expect(drawn).toMatch(/class t0,t1 taken$/);
  });

  it.each([
    ['dance', 'There is no dance'],
    ['answer {', 'is no JSON'],
    ['fail yes', 'which status?'],
    ['save', 'where?'],
    ['event', 'which type?'],
    ['approve', 'nothing waits'],
    ['input .[', 'expected'],
    ['__proto__', 'There is no __proto__'],
  ])('says what is wrong with %s', async (line, told) => {
    const { say } = await sessionOf(purchase);
    await expect(say(line)).resolves.toContain(told);
  });

  it('ends at quit', async () => {
    const { session } = await sessionOf(purchase);
    await expect(session.run('q')).resolves.toBeUndefined();
  });
});

describe('operandi simulate', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-simulate-'));
    await writeFile(join(folder, 'sop.yaml'), purchase);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('reads lines to the end of its input, and keeps a scenario that passes', async () => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [main, 'simulate', 'sop.yaml'], {
      ...{ cwd: folder, encoding: 'utf8' },
      input: 'answer {"price": 9}\nnext\nnext\napprove\nsave sop.scenario.yaml\nlist',
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    });
    expect(status).toBe(0);
    expect(stdout).toContain('completed after P2D');
    await expect(readFile(join(folder, 'sop.scenario.yaml'), 'utf8')).resolves.toContain('n: 2');
    expect(runOperandi(folder, 'test')).toMatchObject({ status: 0 });
  });

  it('prints all at once, as text or JSON, and refuses what is not valid', async () => {
    const input = ['--input', '{"a": 1}'];
    const traced = runOperandi(folder, 'simulate', 'sop.yaml', '--trace', ...input);
    expect(traced.stdout).toContain('stopped after PT0S');
    const { stdout } = runOperandi(folder, 'simulate', 'sop.yaml', '--json', ...input);
    expect(JSON.parse(stdout)).toMatchObject({
      stops: [{ name: 'ask', input: { a: 1 } }],
      ending: { state: 'stopped' },
    });
    await writeFile(join(folder, 'bad.yaml'), `${head}do: [{ a: { st: {} } }]`);
    const refused = runOperandi(folder, 'simulate', 'bad.yaml', '--trace');
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('structure/unknown-task');
  });
});
