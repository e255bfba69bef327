import type { GatewayPlugin } from '../../gateway/plugins.ts';

/** Grants policies by the department in the caller's token, and a label of progressive `@override` to testers. */
export function grantByClaims(
  policiesOf: Readonly<Record<string, readonly string[]>>,
): GatewayPlugin {
  return {
    name: 'grant-by-claims',
    onIdentity: (identity) => {
      const { department, beta } = identity.claims ?? {};
      return {
        ...identity,
        policies: typeof department === 'string' ? (policiesOf[department] ?? []) : [],
        overrideLabels: beta === true ? ['beta'] : [],
      };
    },
  };
}

export default grantByClaims({ hr: ['read_salary'] });
