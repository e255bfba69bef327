import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { openTrial } from '../../tests/support/connector-trial.ts';
import { agentToken, type A2aAgents, openAgents } from '../testing/a2a-agents.ts';

let agents: A2aAgents;

beforeAll(async () => {
  // The peer tells the console of each request.
  vi.spyOn(console, 'log').mockReturnValue();
  agents = await openAgents();
});

afterAll(async () => {
  await agents[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const credential = { type: 'bearer', token: agentToken };

async function openAgent(name: string, more: JsonObject = {}) {
  const url = `http://${agents.host}/a2a/agents/${name}`;
  const asked = { ...{ url, server: url, pollMs: 20 }, ...more };
  const allow = [agents.host];
  await using trial = openTrial({ kind: 'a2a', config: asked, credential, allow });
  const config = (await trial.connector.discover?.(asked, trial.context())) ?? null;
  return openTrial({ kind: 'a2a', config, credential, allow });
}

describe('agents of the SDK', () => {
  it('offer the skills of their card', async () => {
    const url = `http://${agents.host}/a2a/agents/countdown-agent`;
    const config = { url, server: url };
    await using trial = openTrial({ kind: 'a2a', config, credential, allow: [agents.host] });
    const found = (await trial.connector.discover?.(config, trial.context())) ?? null;
    expect(isJsonObject(found) ? found['card'] : null).toMatchObject({
      ...{ name: 'Countdown Agent', defaultInputModes: ['text/plain'] },
      skills: [{ id: 'countdown', name: 'Countdown', inputModes: ['text/plain'] }],
    });
    expect(trial.connector.operations(found)).toMatchObject([
      {
        name: 'countdown',
        description: 'Counts down from a specified number (default 30 seconds)',
        arguments: { anyOf: [{ required: ['text'] }] },
      },
    ]);
    const tested = await trial.connector.testConnection(found, trial.context());
    expect(tested).toMatchObject({ isReachable: true, message: 'has 1 skills' });
  });

  it('are followed until their task is over', async () => {
    await using trial = await openAgent('countdown-agent');
    const before = agents.asked.length;
    const { value } = await trial.call('countdown', { text: 'from 1' });
    expect(value).toMatchObject({ text: 'Countdown complete!', state: 'completed' });
    expect(agents.asked.length).toBeGreaterThan(before + 1);
  });

  it('say with what a task of theirs failed', async () => {
    await using trial = await openAgent('countdown-agent');
    await expect(trial.call('countdown', { text: 'from -3' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', status: 422, isRetryable: false, isOutcomeUnknown: false },
      message: expect.stringMatching(
        /^partner ended its task \S+ as failed: Cannot countdown from negative number -3$/u,
      ) as string,
      answer: { content: { state: 'failed', taskId: expect.any(String) as string } },
    });
  });

  it('go on with a conversation by its context', async () => {
    await using trial = await openAgent('message-counter-agent');
    const { value: first } = await trial.call('count', { text: 'a' });
    const contextId = isJsonObject(first) ? (first['contextId'] ?? '') : '';
    const { value } = await trial.call('count', { text: 'b', contextId });
    expect(value).toMatchObject({ text: '2 message(s) received', contextId });
  });

  it('refuse a task that they do not know, in their own words', async () => {
    await using trial = await openAgent('echo-agent');
    await expect(trial.call('echo', { text: 'a', taskId: 'none' })).rejects.toMatchObject({
      ...{ message: 'partner refused: Task not found: none', isRetryable: false },
      // This agent has no code for it but that of an internal error.
      ...{ status: 500, answer: { content: { code: -32_603 } } },
    });
  });
});
