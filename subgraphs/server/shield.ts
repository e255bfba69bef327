import { createRequire } from 'node:module';

import type * as Shield from 'graphql-shield';

export type { IRule, IRules } from 'graphql-shield';

// Its ES module imports a name that Node took out of `util`; the CommonJS one asks for it only in `chain` and `race`,
// which we do not use. The types are those of the package.
const load = createRequire(import.meta.url);
const { allow, deny, rule, shield } = load('graphql-shield') as typeof Shield;

export { allow, deny, rule, shield };
