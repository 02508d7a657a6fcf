/** The Terraform type of an attribute: a primitive by name, a collection or an object by its one key. */
export type AttributeType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | { readonly list: AttributeType }
  | { readonly set: AttributeType }
  | { readonly map: AttributeType }
  | { readonly object: Readonly<Record<string, AttributeType>> };

export interface Attribute {
  readonly type: AttributeType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  /** Accepted from the configuration, never kept in a plan or a state. */
  readonly writeOnly: boolean;
}

export interface NestedBlock {
  readonly nesting: 'single' | 'list' | 'set' | 'map';
  readonly minItems: number;
  /** 0: unbounded. */
  readonly maxItems: number;
  readonly block: Block;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

export type SchemaKind = 'provider' | 'resource' | 'data' | 'ephemeral';

/** One schema of the provider, as Terraform's plugin protocol wants it. */
export interface Schema {
  readonly kind: SchemaKind;
  /** `aws_vpc`; for the provider itself `aws`. */
  readonly type: string;
  readonly version: number;
  readonly block: Block;
}

/** Source of schemas: derived from the installed bindings or, in a test, a literal. */
export interface SchemaSource {
  /** The schema of one type, or undefined where the bindings have none. */
  find(kind: SchemaKind, type: string): Schema | undefined;
  /** Every type of a kind that the bindings have, sorted. */
  types(kind: SchemaKind): readonly string[];
}
