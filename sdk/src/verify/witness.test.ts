import { generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { cosignatureType, cosignedAt, rawPublicKey } from './cosign.ts';
import { append, consistencyRanges, emptyFrontier, hashLeaf, rootOf } from './merkle.ts';
import {
  checkpointText,
  formatVerifierKey,
  keyId,
  parseCheckpoint,
  parseVerifierKey,
  signatureLine,
} from './note.ts';
import { createWitness } from './witness.ts';

const origin = 'operandi/audit/one';

function newLog(name = origin) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(privateKey);
  const rangeRoot = (leaves: readonly string[], [start, end]: readonly [number, number]) => {
    const frontier = emptyFrontier();
    for (const leaf of leaves.slice(start, end)) append(frontier, hashLeaf(Buffer.from(leaf)));
    return rootOf(frontier);
  };
  return {
    key: parseVerifierKey(formatVerifierKey(name, raw)),
    /** A request about a tree of these leaves, from an old size on. */
    request(leaves: readonly string[], old: number, claimed = old): string {
      const text = checkpointText(name, leaves.length, rangeRoot(leaves, [0, leaves.length]));
      const line = signatureLine(name, keyId(name, raw), sign(null, Buffer.from(text), privateKey));
      const proof = consistencyRanges(old, leaves.length)
        .map((range) => `${rangeRoot(leaves, range).toString('base64')}\n`)
        .join('');
      return `old ${claimed}\n${proof}\n${text}\n${line}`;
    },
  };
}

function newWitness(logs: readonly ReturnType<typeof newLog>[]) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const name = 'witness.example/w1';
  const notes = new Map<string, string>();
  const witness = createWitness({
    cosigner: { name, privateKey },
    logs: logs.map(({ key }) => key),
    store: {
      read: (of) => Promise.resolve(notes.get(of)),
      write: (of, note) => Promise.resolve(void notes.set(of, note)),
    },
    now: () => 1_700_000_000,
  });
  const key = parseVerifierKey(
    formatVerifierKey(name, rawPublicKey(privateKey), cosignatureType),
    cosignatureType,
  );
  return { witness, notes, key };
}

const leaves = (count: number): string[] => Array.from({ length: count }, (_, at) => `leaf ${at}`);

describe('a witness', () => {
  it('cosigns a log that grows, whatever the sizes', async () => {
    const log = newLog();
    const { witness, notes, key } = newWitness([log]);
    for (let old = 0; old < 40; old += 3) {
      const next = old + 3;
      const answer = await witness.addCheckpoint(log.request(leaves(next), old));
      expect(answer.status).toBe(200);
      const checkpoint = parseCheckpoint(notes.get(origin) ?? '');
      expect(checkpoint.size).toBe(next);
      expect(cosignedAt(checkpoint, key)).toBe(1_700_000_000);
    }
    expect((await witness.addCheckpoint(log.request(leaves(42), 42))).status).toBe(200);
  });

  it('does not cosign a history that was written anew', async () => {
    const log = newLog();
    const { witness, notes } = newWitness([log]);
    await witness.addCheckpoint(log.request(leaves(5), 0));
    const before = notes.get(origin);
    const forged = leaves(9).with(2, 'another');
    expect(await witness.addCheckpoint(log.request(forged, 5))).toMatchObject({ status: 422 });
    const same = leaves(5).with(2, 'another');
    expect(await witness.addCheckpoint(log.request(same, 5))).toMatchObject({ status: 409 });
    expect(notes.get(origin)).toBe(before);
  });

  it('says how far it is to who does not know, and never goes back', async () => {
    const log = newLog();
    const { witness } = newWitness([log]);
    await witness.addCheckpoint(log.request(leaves(5), 0));
    const wanted = { status: 409, contentType: 'text/x.tlog.size', body: '5\n' };
    expect(await witness.addCheckpoint(log.request(leaves(8), 0))).toEqual(wanted);
    expect(await witness.addCheckpoint(log.request(leaves(3), 3))).toEqual(wanted);
    expect(await witness.addCheckpoint(log.request(leaves(3), 3, 5))).toMatchObject({
      status: 400,
    });
  });

  it('answers calls about one log one after the other', async () => {
    const log = newLog();
    const { witness, notes } = newWitness([log]);
    await witness.addCheckpoint(log.request(leaves(2), 0));
    const answers = await Promise.all(
      [7, 6, 5].map((size) => witness.addCheckpoint(log.request(leaves(size), 2))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409]);
    expect(parseCheckpoint(notes.get(origin) ?? '').size).toBe(7);
  });

  it('keeps logs apart, and answers nobody about others', async () => {
    const [one, other, stranger] = [newLog(), newLog('operandi/audit/other'), newLog()];
    const { witness } = newWitness([one, other]);
    expect((await witness.addCheckpoint(one.request(leaves(4), 0))).status).toBe(200);
    expect((await witness.addCheckpoint(other.request(leaves(2), 0))).status).toBe(200);
    expect((await witness.addCheckpoint(stranger.request(leaves(4), 4))).status).toBe(403);
    const unknown = newLog('operandi/audit/unknown');
    expect((await witness.addCheckpoint(unknown.request(leaves(1), 0))).status).toBe(404);
  });

  it.each(['', 'old 1', 'old 01\n\nx', 'old 0\nAAAA\n\nlog\n1\n', 'old 0\n\nno checkpoint\n'])(
    'refuses %j',
    async (body) => {
      const { witness } = newWitness([newLog()]);
      expect((await witness.addCheckpoint(body)).status).toBe(400);
    },
  );

  it('has the key id that the specification gives for its example', () => {
    const note = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
    const [line] = parseCheckpoint(note).signatures;
    expect(line).toMatchObject({ name: 'witness.example.com/w1', id: '8d66cf3f' });
    expect(line?.bytes.readBigUInt64BE()).toBe(1_679_315_147n);
    expect(line?.bytes).toHaveLength(72);
  });
});
