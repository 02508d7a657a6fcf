/** Types of Smithy that are no structure, list or map. A shape of which nothing more is said goes by its type's name. */
export type ScalarType = 'blob' | 'boolean' | 'double' | 'float' | 'integer' | 'long' | 'string' | 'timestamp';

/** One shape of a service model, with the limits that a request of it is held to; named as botocore names them. */
export interface Shape {
  readonly type: ScalarType | 'structure' | 'list' | 'map';
  readonly members?: Readonly<Record<string, Reference>>;
  readonly required?: readonly string[];
  /** The member that is the whole body. */
  readonly payload?: string;
  /** Element of a list. */
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  /** XML writes the elements of the list without an element around them. */
  readonly flattened?: boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** Of a number its value, of everything else its length. */
  readonly min?: number;
  readonly max?: number;
}

/** Use of a shape by a member, a list or a map. */
export interface Reference {
  readonly shape: string;
  /** Of a member that is not in the body of a REST protocol's message. */
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  /** On the wire. @default the member's own name */
  readonly locationName?: string;
}

export interface ApiOperation {
  readonly method: string;
  /** `/2015-03-31/functions/{FunctionName}/invocations`; `{Key+}` takes the slashes too. */
  readonly uri: string;
  /** HTTP status of an answer. @default 200 */
  readonly status?: number;
  readonly input?: string;
  readonly output?: string;
}

/** Excerpt of an AWS service model: the operations that the sandbox serves. Tables are written by scripts/api-tables.mjs. */
export interface ServiceApi {
  readonly source: string;
  readonly protocol: 'json' | 'query' | 'rest-json' | 'rest-xml';
  /** As a signature's scope names the service: `ssm`. */
  readonly signingName: string;
  /** In front of the operation in `X-Amz-Target`: `AmazonSSM`; of the JSON protocol. */
  readonly targetPrefix?: string;
  /** Of the answers; of the XML protocols. */
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, ApiOperation>>;
  /** HTTP status of an error, by its code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export function shapeOf(api: ServiceApi, name: string): Shape {
  return api.shapes[name] ?? { type: name as ScalarType };
}

/** A member of a structure, and its name on the wire. */
export interface NamedMember {
  readonly member: string;
  readonly reference: Reference;
  readonly wireName: string;
}

const named = new WeakMap<Shape, readonly NamedMember[]>();

/** @param structure undefined for an operation without input or output */
export function membersOf(api: ServiceApi, structure: string | undefined): readonly NamedMember[] {
  if (structure === undefined) return [];
  const shape = shapeOf(api, structure);
  const members =
    named.get(shape) ??
    Object.entries(shape.members ?? {}).map(([member, reference]) => ({
      member,
      reference,
      wireName: reference.locationName ?? member,
    }));
  named.set(shape, members);
  return members;
}
