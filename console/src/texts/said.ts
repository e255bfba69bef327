/** The same texts as these, in any language. */
export type Said<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends string ? string : Said<Part[Name]>;
};
