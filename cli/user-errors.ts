/** Throws the first reason why a mutation was refused, if it was. */
export function throwRefusal(
  userErrors: readonly { readonly message: string; readonly code: string }[],
): void {
  const [problem] = userErrors;
  if (problem) throw new Error(`${problem.message} (${problem.code})`);
}
