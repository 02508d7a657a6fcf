import { TerraformElement, TerraformStack } from 'cdktf';
import { type IConstruct, Node } from 'constructs';

/** A value in a state's Terraform JSON that JavaScript made of a token. */
export interface ChangedToken {
  /** Name of the state: `compute-us-east-1`. */
  readonly state: string;
  /** Place in its JSON: `resource`, `aws_sqs_queue`, `Orders_0A1B2C3D`, `name`. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Finds what JavaScript made of tokens: CDKTF replaces each token as a whole, so that a part of one stays as it is. */
export function changedTokens(state: string, terraformJson: unknown): readonly ChangedToken[] {
  const found: ChangedToken[] = [];
  function walk(value: unknown, path: readonly string[]): void {
    if (isChanged(value)) found.push({ state, path, value });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) if (key !== '//') walk(member, [...path, key]);
    }
  }
  walk(terraformJson, []);
  return found;
}

/** CDKTF encodes a number's token near the end of a double's range; arithmetic leaves it there. */
const LARGEST_NUMBER = 1e280;

function isChanged(value: unknown): boolean {
  // A token is `${TfToken[TOKEN.1]}`, in any case after a method. JSON writes a number that is none, `Number(token)`, as null.
  if (value === null) return true;
  if (typeof value === 'string') return /tftoken\[/i.test(value);
  if (typeof value === 'number') return Math.abs(value) > LARGEST_NUMBER;
  // A text that was spread: a character each.
  const characters: unknown[] = typeof value === 'object' ? Object.values(value as object) : [];
  return characters.every((one) => typeof one === 'string' && one.length === 1) && isChanged(characters.join(''));
}

/** Runs a definition with the place of each construct in its metadata, where `constructs` itself leaves it out. */
export function tracing(define: () => void): void {
  const { addMetadata } = Node.prototype;
  Node.prototype.addMetadata = function (type, data, options) {
    addMetadata.call(this, type, data, { ...options, stackTrace: true });
  };
  try {
    define();
  } finally {
    Node.prototype.addMetadata = addMetadata;
  }
}

/**
 * Stack of the call that made the construct of a changed token; undefined where the construct is not found.
 *
 * @param app of a definition that ran under {@link tracing}
 */
export function creationOf(app: IConstruct, { state, path }: ChangedToken): readonly string[] | undefined {
  const [kind = '', ...rest] = path;
  const logicalId = ['resource', 'data'].includes(kind) ? rest[1] : rest[0];
  const element = app.node
    .findAll()
    .filter((construct) => TerraformElement.isTerraformElement(construct))
    .find((one) => TerraformStack.of(one).node.id === state && one.friendlyUniqueId === logicalId);
  return element?.node.metadata.find(({ trace }) => trace !== undefined)?.trace;
}
