import { decode, encode, ExtData } from '@msgpack/msgpack';
import type { Attribute, AttributeType, Block } from '../model/schema';
import { type ObjectValue, UNKNOWN } from '../model/value';
import { decodeObject, encodeObject, parseJsonObject } from './msgpack-values';

const attribute = (type: AttributeType, change: Partial<Attribute> = {}): Attribute => ({
  type,
  required: false,
  optional: true,
  computed: false,
  sensitive: false,
  writeOnly: false,
  ...change,
});

const inner: Block = { attributes: { port: attribute('number') }, blocks: {} };
const block: Block = {
  attributes: {
    name: attribute('string'),
    count: attribute('number'),
    tags: attribute({ map: 'string' }),
    zones: attribute({ set: 'string' }),
    members: attribute({ list: { object: { id: 'string', primary: 'bool' } } }),
    anything: attribute('dynamic'),
    secret_wo: attribute('string', { writeOnly: true }),
  },
  blocks: {
    rule: { nesting: 'list', minItems: 0, maxItems: 0, block: inner },
    timeouts: { nesting: 'single', minItems: 0, maxItems: 1, block: inner },
  },
};

const empty = {
  name: null,
  count: null,
  tags: null,
  zones: null,
  members: null,
  anything: null,
  secret_wo: null,
  rule: [],
  timeouts: null,
};

describe('values on the wire', () => {
  it.each([
    ['nothing but nulls', {}],
    ['scalars', { name: 'a', count: 3 }],
    ['a fraction', { count: 0.5 }],
    ['collections', { tags: { a: 'b' }, zones: ['x', 'y'], members: [{ id: 'i', primary: true }] }],
    ['nested blocks', { rule: [{ port: 80 }, { port: null }], timeouts: { port: 1 } }],
    ['unknown values', { name: UNKNOWN, tags: UNKNOWN, rule: UNKNOWN, members: [{ id: UNKNOWN, primary: null }] }],
    ['a dynamic value', { anything: { a: 'x', b: [1] } }],
  ] as readonly (readonly [string, ObjectValue])[])('keep %s', (_what, fields) => {
    const value = { ...empty, ...fields };

    expect(decodeObject(block, encodeObject(block, value))).toEqual(value);
  });

  it('keep an object that is not there', () => {
    expect(decodeObject(block, encodeObject(block, null))).toBeNull();
  });

  it('never hold a write-only argument on the way to Terraform', () => {
    const wire = Buffer.from(encodeObject(block, { ...empty, secret_wo: 'hunter2' }));

    expect(wire.includes('hunter2')).toBe(false);
  });

  it('read a write-only argument of a configuration', () => {
    const wire = encode({ ...empty, secret_wo: 'hunter2' });

    expect(decodeObject(block, wire)?.['secret_wo']).toBe('hunter2');
  });

  it('read an unknown value of which something is known, and a number that comes as text', () => {
    const wire = encode({ ...empty, name: new ExtData(12, encode({ 1: false })), count: '12345678901234567890' });

    expect(decodeObject(block, wire)).toEqual({ ...empty, name: UNKNOWN, count: 12345678901234567890 });
  });

  it('mark an unknown value as cty does', () => {
    const wire = decode(encodeObject(block, { ...empty, name: UNKNOWN })) as Record<string, unknown>;

    expect(wire['name']).toEqual(new ExtData(0, new Uint8Array([0])));
  });
});

describe('parseJsonObject', () => {
  it("reads a state's JSON and leaves out what the schema does not know", () => {
    const json = Buffer.from('{"name":"a","zones":["x"],"gone":1,"timeouts":null}');

    expect(parseJsonObject(block, json)).toEqual({ ...empty, name: 'a', zones: ['x'] });
  });
});
