/** A value that is known only after apply. */
export const UNKNOWN: unique symbol = Symbol('known after apply');

/** A Terraform value: lists and sets are arrays, maps and objects are plain objects, null is null. */
export type Value =
  null | boolean | number | string | typeof UNKNOWN | readonly Value[] | { readonly [key: string]: Value };

/** The value of a resource, a data source or a provider block: one key per attribute and nested block of its schema. */
export type ObjectValue = { readonly [key: string]: Value };

/** A step is a name (attribute, block or map key), or an index into a list; sets end a path. */
export type AttributePath = readonly (string | number)[];
