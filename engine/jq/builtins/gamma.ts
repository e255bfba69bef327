// Lanczos approximation, g = 7, n = 9.
const coefficients = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** Γ(x); exact for small whole numbers. */
export function gamma(x: number): number {
  if (isPole(x)) return x === 0 ? 1 / x : NaN;
  if (Number.isInteger(x) && x > 0 && x < 171) return factorial(x - 1);
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  return Math.exp(lgamma(x));
}

/** ln |Γ(x)|. */
export function lgamma(x: number): number {
  if (isPole(x)) return Infinity;
  if (Number.isInteger(x) && x > 0 && x < 171) return Math.log(factorial(x - 1));
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  const t = x - 1 + 7.5;
  const sum = coefficients.reduce(
    (total, coefficient, at) => total + (at === 0 ? coefficient : coefficient / (x - 1 + at)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Γ has no value at zero and the negative whole numbers. */
export function isPole(x: number): boolean {
  return Number.isInteger(x) && x <= 0;
}

function factorial(n: number): number {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return product;
}
