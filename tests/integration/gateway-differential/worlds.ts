import { accountsWorld } from './worlds/accounts-world.ts';
import { faultsWorld } from './worlds/faults-world.ts';
import { formsWorld } from './worlds/forms-world.ts';
import { ledgerWorld } from './worlds/ledger-world.ts';
import { libraryWorld } from './worlds/library-world.ts';
import { mediaWorld } from './worlds/media-world.ts';
import { parcelsWorld } from './worlds/parcels-world.ts';
import { shopWorld } from './worlds/shop-world.ts';
import { stockWorld } from './worlds/stock-world.ts';
import { zooWorld } from './worlds/zoo-world.ts';
import type { World } from './world.ts';

/** All hand-written worlds. */
export const worlds: readonly World[] = [
  shopWorld,
  mediaWorld,
  libraryWorld,
  accountsWorld,
  parcelsWorld,
  stockWorld,
  formsWorld,
  zooWorld,
  faultsWorld,
  ledgerWorld,
];
