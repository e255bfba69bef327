/** Clients may defer although the schema as composed does not say so. */
export const deferSdl = `"""What comes later, in a part of its own."""
directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
`;
