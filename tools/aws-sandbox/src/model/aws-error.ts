import type { AttributePath } from './value';

export interface AwsErrorOptions {
  /** HTTP status. @default 400 */
  readonly status?: number;
  /** The attribute whose value is refused. */
  readonly path?: AttributePath;
  /** The API call that refuses, where it is not the one that makes, changes or deletes the resource. */
  readonly call?: string;
  /** Further members of the error, on the protocols that carry them. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal of AWS, in its own code and words. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly status: number;
  readonly path: AttributePath | undefined;
  readonly call: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: string,
    message: string,
    options: AwsErrorOptions = {},
  ) {
    super(message);
    this.status = options.status ?? 400;
    this.path = options.path;
    this.call = options.call;
    this.members = options.members ?? {};
  }
}

/** Nothing answers in the region that was called: it is dark. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(readonly region: string) {
    super(`nothing answers in ${region}`);
  }
}

/** A refusal of the Terraform provider itself, before any API call: its whole text is the message. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';

  constructor(
    message: string,
    readonly path?: AttributePath,
    /** The next step. */
    readonly detail = 'Refused before any call to the account.',
  ) {
    super(message);
  }
}
