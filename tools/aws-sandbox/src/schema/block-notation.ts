import type { Attribute, AttributeType, Block, NestedBlock } from '../model/schema';
import { internAttribute } from './intern';

/** Properties of an attribute in a schema written by hand; those not named are false. */
type Flags = Partial<Pick<Attribute, 'sensitive' | 'writeOnly' | 'computed'>>;

export function required(type: AttributeType, flags: Flags = {}): Attribute {
  return attribute(type, { ...flags, required: true });
}

export function optional(type: AttributeType, flags: Flags = {}): Attribute {
  return attribute(type, { ...flags, optional: true });
}

export function computed(type: AttributeType, flags: Flags = {}): Attribute {
  return attribute(type, { ...flags, computed: true });
}

export function nested(
  nesting: NestedBlock['nesting'],
  members: Members,
  items: { readonly min?: number; readonly max?: number } = {},
): NestedBlock {
  return { nesting, minItems: items.min ?? 0, maxItems: items.max ?? 0, block: block(members) };
}

type Members = Readonly<Record<string, Attribute | NestedBlock>>;

/** A block from its members in one record, as a reader of HCL sees them. */
export function block(members: Members): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [name, member] of Object.entries(members)) {
    if ('nesting' in member) blocks[name] = member;
    else attributes[name] = member;
  }
  return { attributes, blocks };
}

function attribute(type: AttributeType, flags: Partial<Attribute>): Attribute {
  return internAttribute({
    required: false,
    optional: false,
    computed: false,
    sensitive: false,
    writeOnly: false,
    ...flags,
    type,
  });
}
