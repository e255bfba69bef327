import { github } from './github.ts';
import { hmac } from './hmac.ts';
import type { Scheme } from './scheme.ts';
import { slack } from './slack.ts';
import { standard } from './standard.ts';
import { stripe } from './stripe.ts';

export const schemeNames = ['STANDARD', 'GITHUB', 'SLACK', 'STRIPE', 'HMAC'] as const;

export type SchemeName = (typeof schemeNames)[number];

const schemes: Readonly<Record<SchemeName, Scheme>> = {
  STANDARD: standard,
  GITHUB: github,
  SLACK: slack,
  STRIPE: stripe,
  HMAC: hmac,
};

/** The scheme of a row; the table keeps no other names. */
export function schemeOf(name: string): Scheme {
  return schemes[schemeNamed(name)];
}

/** The same as one of the names. */
export function schemeNamed(name: string): SchemeName {
  const found = schemeNames.find((each) => each === name);
  if (found === undefined) throw new Error(`there is no scheme ${name}`);
  return found;
}
