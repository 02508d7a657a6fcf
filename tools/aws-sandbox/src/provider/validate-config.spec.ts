import type { ResourceDefinition } from '../model/resource-definition';
import type { Schema } from '../model/schema';
import { UNKNOWN, type ObjectValue } from '../model/value';
import { validateConfig } from './validate-config';

const optional = { required: false, optional: true, computed: false, sensitive: false, writeOnly: false } as const;
const text = { ...optional, type: 'string' } as const;
const list = { ...optional, type: { list: 'string' } } as const;
const named = { attributes: { name: { ...text, required: true, optional: false } }, blocks: {} } as const;

/** A type with one argument for each kind of rule. */
const schema: Schema = {
  kind: 'resource',
  type: 'aws_example',
  version: 0,
  block: {
    attributes: {
      name: { ...text, required: true, optional: false },
      region: text,
      one: text,
      other: text,
      items: list,
      first: text,
      second: text,
      third: text,
      word: text,
      words: list,
      size: { ...optional, type: 'number' },
    },
    blocks: {
      needed: { nesting: 'list', minItems: 1, maxItems: 2, block: named },
      several: { nesting: 'set', minItems: 0, maxItems: 1, block: named },
    },
  },
};

const definition: ResourceDefinition = {
  label: 'Example',
  calls: { create: 'CreateExample', delete: 'DeleteExample' },
  conflicts: [['one', 'other', 'items']],
  exactlyOneOf: [['first', 'second', 'third']],
  allowed: { word: ['a', 'b'], words: ['a', 'b'] },
  ranges: { size: [1, 9] },
};

const problemsOf = (given: ObjectValue): readonly string[] =>
  validateConfig(schema, definition, { name: 'x', first: 'x', needed: [{ name: 'x' }], ...given }).map(
    ({ summary, path }) => `${summary} at ${(path ?? []).join('.')}`,
  );

const missing = (path: string) => [`Missing required argument at ${path}`];
const conflict = ['Conflicting configuration arguments at one'];
const combination = ['Invalid combination of arguments at first'];

describe('a rule on arguments', () => {
  it.each<[string, string, ObjectValue, readonly string[]]>([
    ['conflicts', 'null, null', { one: null, other: null }, []],
    ['conflicts', 'null, known', { one: null, other: 'o' }, []],
    ['conflicts', 'unknown, null', { one: UNKNOWN, other: null }, []],
    ['conflicts', 'unknown, known', { one: UNKNOWN, other: 'o' }, []],
    ['conflicts', 'known, unknown', { one: 'o', other: UNKNOWN }, []],
    ['conflicts', 'unknown, unknown', { one: UNKNOWN, other: UNKNOWN }, []],
    ['conflicts', 'known, known', { one: 'o', other: 'o' }, conflict],
    ['conflicts', 'known, unknown list', { one: 'o', items: UNKNOWN }, []],
    ['conflicts', 'known, list of an unknown element', { one: 'o', items: [UNKNOWN] }, conflict],
    ['conflicts', 'known, known, unknown', { one: 'o', other: UNKNOWN, items: ['i'] }, conflict],

    ['exactly one', 'null, null, null', { first: null }, combination],
    ['exactly one', 'known, null, null', { first: 'x' }, []],
    ['exactly one', 'unknown, null, null', { first: UNKNOWN }, []],
    ['exactly one', 'known, unknown, unknown', { first: 'x', second: UNKNOWN, third: UNKNOWN }, []],
    ['exactly one', 'known, known, null', { first: 'x', second: 'x' }, combination],
    ['exactly one', 'known, known, unknown', { first: 'x', second: 'x', third: UNKNOWN }, combination],

    ['required', 'null', { name: null }, missing('name')],
    ['required', 'unknown', { name: UNKNOWN }, []],
    ['required in a block', 'null', { needed: [{ name: null }] }, missing('needed.0.name')],
    ['required in a block', 'unknown', { needed: [{ name: UNKNOWN }] }, []],
    ['required in a block', 'unknown element', { needed: [UNKNOWN] }, []],

    ['at least one block', 'none', { needed: [] }, ['Insufficient needed blocks at needed']],
    ['at least one block', 'unknown (dynamic)', { needed: UNKNOWN }, []],
    ['at most one block', 'two', { several: [{ name: 'a' }, { name: 'b' }] }, ['Too many several blocks at several']],
    ['at most one block', 'unknown (dynamic)', { several: UNKNOWN }, []],
    ['at most one block', 'two of a set that may be one', { several: [{ name: 'a' }, { name: UNKNOWN }] }, []],

    ['allowed', 'null', { word: null }, []],
    ['allowed', 'unknown', { word: UNKNOWN }, []],
    ['allowed', 'known', { word: 'c' }, ['expected word to be one of ["a" "b"], got c at word']],
    ['allowed', 'unknown list', { words: UNKNOWN }, []],
    ['allowed', 'an unknown element', { words: ['a', UNKNOWN] }, []],
    [
      'allowed',
      'beside an unknown element',
      { words: [UNKNOWN, 'c'] },
      ['expected words to be one of ["a" "b"], got c at words'],
    ],

    ['range', 'null', { size: null }, []],
    ['range', 'unknown', { size: UNKNOWN }, []],
    ['range', 'known', { size: 10 }, ['expected size to be in the range (1 - 9), got 10 at size']],

    ['region', 'unknown', { region: UNKNOWN }, []],
    ['region', 'known', { region: 'nowhere' }, ['invalid AWS Region: nowhere at region']],
  ])('(%s) takes an unknown value for neither given nor missing: %s', (_rule, _values, given, problems) => {
    expect(problemsOf(given)).toEqual(problems);
  });
});
