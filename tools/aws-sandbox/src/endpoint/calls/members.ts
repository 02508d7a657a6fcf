/** A call's input and output: values by their names in the service model. */
export type Members = { readonly [name: string]: unknown };

/** @returns undefined for what is no string */
export function stringMember(input: Members, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}
