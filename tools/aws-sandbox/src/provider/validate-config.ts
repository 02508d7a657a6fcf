import { containsUnknown, isObject, valuesAt } from '../model/attribute-values';
import { isRegional } from '../model/catalog';
import { isRegion } from '../model/regions';
import type { ResourceDefinition } from '../model/resource-definition';
import type { Block, Schema } from '../model/schema';
import { UNKNOWN, type AttributePath, type ObjectValue, type Value } from '../model/value';
import type { Diagnostic } from './provider-api';
import { unknownRegion } from './provider-settings';

/**
 * Every problem of a configuration that shows without the account. A value that is unknown yet may become anything, null
 * included: it counts neither as given nor as missing. Terraform validates again at plan and at apply, with what is
 * known by then.
 */
export function validateConfig(
  schema: Schema,
  definition: ResourceDefinition | undefined,
  config: ObjectValue,
): readonly Diagnostic[] {
  const region = config['region'];
  return [
    ...(isRegional(schema.block) && typeof region === 'string' && !isRegion(region) ? [unknownRegion(region)] : []),
    ...requiredProblems(schema.block, config, []),
    ...(definition === undefined ? [] : argumentProblems(definition, config)),
  ];
}

function requiredProblems(block: Block, config: ObjectValue, path: AttributePath): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const [name, { required }] of Object.entries(block.attributes)) {
    if (required && (config[name] ?? null) === null) {
      problems.push(
        problem('Missing required argument', `The argument "${name}" is required, but no definition was found.`, [
          ...path,
          name,
        ]),
      );
    }
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = config[name] ?? null;
    if (value === UNKNOWN) continue;
    const elements = elementsOf(value);
    if (elements.length < nested.minItems) {
      problems.push(
        problem(`Insufficient ${name} blocks`, `At least ${nested.minItems} "${name}" blocks are required.`, [
          ...path,
          name,
        ]),
      );
    }
    // Elements of a set that hold unknown values may turn out to be one.
    const countable = nested.nesting !== 'set' || !elements.some(containsUnknown);
    if (nested.maxItems > 0 && elements.length > nested.maxItems && countable) {
      problems.push(
        problem(`Too many ${name} blocks`, `No more than ${nested.maxItems} "${name}" blocks are allowed.`, [
          ...path,
          name,
        ]),
      );
    }
    elements.forEach((element, index) => {
      const at = nested.nesting === 'list' ? [...path, name, index] : [...path, name];
      if (isObject(element)) problems.push(...requiredProblems(nested.block, element, at));
    });
  }
  return problems;
}

function elementsOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : value === null ? [] : [value];
}

/** The messages are those of the provider's SDK, which checks the same rules. */
function argumentProblems(definition: ResourceDefinition, config: ObjectValue): Diagnostic[] {
  const given = (name: string) => isGiven(config[name]);
  const problems: Diagnostic[] = [];
  for (const names of definition.conflicts ?? []) {
    const [first, second] = names.filter(given);
    if (first !== undefined && second !== undefined) {
      problems.push(problem('Conflicting configuration arguments', `"${first}": conflicts with ${second}`, [first]));
    }
  }
  for (const names of definition.exactlyOneOf ?? []) {
    const present = names.filter(given);
    const mayBeGiven = present.length === 0 && names.some((name) => config[name] === UNKNOWN);
    if (mayBeGiven || present.length === 1) continue;
    const words =
      present.length === 0 ? 'must be specified' : `can be specified, but \`${present.join(',')}\` were specified.`;
    const list = names.join(',');
    problems.push(
      problem(
        'Invalid combination of arguments',
        `"${names[0]}": ${present.length === 0 ? 'one of' : 'only one of'} \`${list}\` ${words}`,
        [names[0] ?? ''],
      ),
    );
  }
  for (const [path, values] of Object.entries(definition.allowed ?? {})) {
    for (const value of valuesAt(config, path)) {
      if (typeof value === 'string' && !values.includes(value)) {
        problems.push(
          problem(
            `expected ${path.split('.').at(-1)} to be one of [${values.map((allowed) => `"${allowed}"`).join(' ')}], got ${value}`,
            `${path} is ${JSON.stringify(value)}. Use one of the values named.`,
            [path.split('.')[0] ?? path],
          ),
        );
      }
    }
  }
  for (const [path, [lowest, highest]] of Object.entries(definition.ranges ?? {})) {
    for (const value of valuesAt(config, path)) {
      if (typeof value === 'number' && (value < lowest || value > highest)) {
        problems.push(
          problem(
            `expected ${path.split('.').at(-1)} to be in the range (${lowest} - ${highest}), got ${value}`,
            `${path} is ${value}. Use a number in the range.`,
            [path.split('.')[0] ?? path],
          ),
        );
      }
    }
  }
  return problems;
}

/** Whether an argument is there, whatever becomes known later. */
function isGiven(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === UNKNOWN) return false;
  return !(Array.isArray(value) && value.length === 0);
}

function problem(summary: string, detail: string, path: AttributePath): Diagnostic {
  return { severity: 'error', summary, detail, path };
}
