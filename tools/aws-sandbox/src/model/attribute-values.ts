import { UNKNOWN, type ObjectValue, type Value } from './value';

/** A string, or the empty one for anything else. */
export function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A non-empty string, or undefined. */
export function optionalText(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The strings of a list or a set. */
export function texts(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === 'string') : [];
}

export function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The elements of a nested block, whatever its nesting. */
export function blocks(value: Value | undefined): readonly ObjectValue[] {
  if (Array.isArray(value)) return value.filter((element: Value): element is ObjectValue => isObject(element));
  return isObject(value) ? [value] : [];
}

/** Every value at a dotted path, through lists and sets: `replica.region_name`. Null and unknown values are left out. */
export function valuesAt(attributes: ObjectValue, path: string): readonly Value[] {
  let current: readonly Value[] = [attributes];
  for (const step of path.split('.')) {
    current = current.flatMap((value) => (isObject(value) ? spread(value[step]) : []));
  }
  return current;
}

function spread(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null || value === UNKNOWN) return [];
  return Array.isArray(value) ? value.filter((element: Value) => element !== null && element !== UNKNOWN) : [value];
}

export function containsUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}
