import { AwsError } from '../../model/aws-error';
import type { Members } from './members';
import { membersOf, type Reference, type ServiceApi, type Shape, shapeOf } from './service-api';
import type { ServiceEndpoint, Violation } from './service-endpoint';

/** @param structure name of the input's shape @throws AwsError where required members are missing or limits missed */
export function requireValid(service: ServiceEndpoint, structure: string | undefined, input: Members): void {
  if (structure === undefined) return;
  const violations = inside(service.api, structure, { member: '', path: '', value: input });
  if (violations.length === 0) return;
  const inJson = service.api.protocol.endsWith('json');
  const { invalidInput = inJson ? 'ValidationException' : 'ValidationError' } = service;
  throw typeof invalidInput === 'string' ? new AwsError(invalidInput, messageOf(violations)) : invalidInput(violations);
}

/** The words that AWS's services have in common; those of an enum in the order of the service model. */
export function messageOf(violations: readonly Violation[]): string {
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  const each = violations.map(({ constraint, path, value }) => {
    const shown = value === undefined ? 'null' : `'${written(value)}'`;
    return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
  });
  return `${count}: ${each.join('; ')}`;
}

type Place = Omit<Violation, 'constraint'>;

/** Of what is inside of a value, not of the value itself. */
function inside(api: ServiceApi, name: string, place: Place): readonly Violation[] {
  const { key, member: element, required, type, value: of } = shapeOf(api, name);
  if (type === 'structure') {
    return membersOf(api, name).flatMap(({ member, reference }): readonly Violation[] => {
      const path = `${place.path === '' ? '' : `${place.path}.`}${member.charAt(0).toLowerCase()}${member.slice(1)}`;
      const inner = { member, path, value: (place.value as Members)[member] };
      if (inner.value !== undefined) {
        return [...missed(api, reference, inner), ...inside(api, reference.shape, inner)];
      }
      return required?.includes(member) ? [{ ...inner, constraint: 'Member must not be null' }] : [];
    });
  }
  if (type !== 'list' && type !== 'map') return [];
  const entries = Object.entries(place.value as object).map(([at, value]: [string, unknown]) => ({
    ...place,
    path: `${place.path}.${type === 'list' ? Number(at) + 1 : at}.member`,
    value,
  }));
  const values = entries.map(({ value }) => value);
  const [each, kind] = type === 'list' ? [element, 'Member'] : [of, 'Map value'];
  return [
    ...(key === undefined ? [] : missedByAny(api, key, Object.keys(place.value as object), place, 'Map keys')),
    ...missedByAny(api, each, values, place, kind),
    ...entries.flatMap((entry) => inside(api, each?.shape ?? 'string', entry)),
  ];
}

function missed(api: ServiceApi, { shape }: Reference, place: Place): readonly Violation[] {
  return limitsOf(shapeOf(api, shape))
    .filter(({ isMet }) => !isMet(place.value))
    .map(({ constraint }) => ({ ...place, constraint }));
}

/** AWS names the list or the map, and all limits of what it holds. */
function missedByAny(
  api: ServiceApi,
  of: Reference | undefined,
  values: readonly unknown[],
  place: Place,
  kind: string,
): readonly Violation[] {
  const all = limitsOf(shapeOf(api, of?.shape ?? 'string'));
  if (values.every((value) => all.every(({ isMet }) => isMet(value)))) return [];
  const constraints = all.map(({ constraint }) => constraint).join(', ');
  return [{ ...place, constraint: `${kind} must satisfy constraint: [${constraints}]` }];
}

interface Limit {
  readonly constraint: string;
  readonly isMet: (value: unknown) => boolean;
}

const limits = new WeakMap<Shape, readonly Limit[]>();

function limitsOf(shape: Shape): readonly Limit[] {
  const known = limits.get(shape) ?? readLimits(shape);
  limits.set(shape, known);
  return known;
}

function readLimits({ enum: values, max, min, pattern, type }: Shape): readonly Limit[] {
  const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
  const measured = isNumber ? 'value' : 'length';
  const all: Limit[] = [];
  if (max !== undefined) {
    const constraint = `Member must have ${measured} less than or equal to ${max}`;
    all.push({ constraint, isMet: (value) => sizeOf(value) <= max });
  }
  if (min !== undefined) {
    const constraint = `Member must have ${measured} greater than or equal to ${min}`;
    all.push({ constraint, isMet: (value) => sizeOf(value) >= min });
  }
  if (pattern !== undefined) {
    // Of the whole text, as Java's `matches`.
    const expression = new RegExp(`^(?:${pattern})$`, 'u');
    const constraint = `Member must satisfy regular expression pattern: ${pattern}`;
    all.push({ constraint, isMet: (value) => expression.test(String(value)) });
  }
  if (values !== undefined) {
    const constraint = `Member must satisfy enum value set: [${values.join(', ')}]`;
    all.push({ constraint, isMet: (value) => values.includes(String(value)) });
  }
  return all;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' || Array.isArray(value) || Buffer.isBuffer(value)) return value.length;
  return Object.keys(value as object).length;
}

/** As Java prints it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return String(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}=${written(member)}`)
    .join(', ')}}`;
}
