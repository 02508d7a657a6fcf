import type { Schema, SchemaSource } from '../model/schema';
import { block, nested, optional, required } from './block-notation';
import { NarrowedSchemas } from './narrowed-schemas';

const leaf = nested('list', { name: required('string') });
const acl: Schema = {
  kind: 'resource',
  type: 'aws_acl',
  version: 0,
  block: block({
    name: optional('string'),
    rule: nested('list', { statement: nested('list', { and: nested('list', { geo: leaf }), geo: leaf, size: leaf }) }),
    default_action: nested('list', { allow: leaf, block: leaf }, { min: 1 }),
  }),
};
const schemas: SchemaSource = {
  find: (kind, type) => (kind === 'resource' && type === 'aws_acl' ? acl : undefined),
  types: () => ['aws_acl'],
};

const blocksOf = (source: SchemaSource) => paths(source.find('resource', 'aws_acl')?.block ?? block({}));

function paths({ blocks }: Schema['block'], prefix = ''): readonly string[] {
  return Object.entries(blocks).flatMap(([name, { block: inner }]) => [
    `${prefix}${name}`,
    ...paths(inner, `${prefix}${name}.`),
  ]);
}

describe('schemas narrowed to the blocks that are named', () => {
  it('leave out what nobody names, at every depth, and keep what must be there', () => {
    const narrowed = new NarrowedSchemas(schemas, ['rule', 'statement', 'geo', 'allow']);

    expect(blocksOf(narrowed)).toEqual([
      'rule',
      'rule.statement',
      'rule.statement.geo',
      'default_action',
      'default_action.allow',
    ]);
  });

  it('keep every attribute', () => {
    expect(Object.keys(new NarrowedSchemas(schemas, []).find('resource', 'aws_acl')?.block.attributes ?? {})).toEqual([
      'name',
    ]);
  });

  it('grow with what is named later', () => {
    const narrowed = new NarrowedSchemas(schemas, []);
    expect(blocksOf(narrowed)).toEqual(['default_action']);

    narrowed.widen(['rule']);
    expect(blocksOf(narrowed)).toEqual(['rule', 'default_action']);

    narrowed.widen('all');
    expect(narrowed.find('resource', 'aws_acl')).toBe(acl);
  });

  it('are the very schemas where all blocks are named, or none is left out', () => {
    expect(new NarrowedSchemas(schemas, 'all').find('resource', 'aws_acl')).toBe(acl);
    const every = ['rule', 'statement', 'and', 'geo', 'size', 'allow', 'block'];
    expect(new NarrowedSchemas(schemas, every).find('resource', 'aws_acl')?.block).toBe(acl.block);
  });

  it('know no type that the others do not', () => {
    expect(new NarrowedSchemas(schemas, []).find('resource', 'aws_nothing')).toBeUndefined();
  });
});
