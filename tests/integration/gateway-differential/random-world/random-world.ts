import { randomFor } from '../random.ts';
import type { World } from '../world.ts';
import { type Choices, type Feature } from './model.ts';
import { randomModel } from './random-model.ts';
import { randomTruth } from './random-truth.ts';
import { writeSdl } from './write-sdl.ts';

/** A random merged schema with data and a way to split it; equal seeds give equal worlds. */
export function randomWorld(seed: number, without: ReadonlySet<Feature> = new Set()): World {
  const choices: Choices = {
    has: (feature) => !without.has(feature) && randomFor(seed, feature).chance(65),
    of: (name) => randomFor(seed, name),
  };
  const model = randomModel(choices);
  return {
    name: `random ${seed}`,
    subgraphs: Object.fromEntries(model.subgraphs.map((home) => [home, writeSdl(model, home)])),
    truth: () => randomTruth(choices, model),
  };
}
