import type { Account } from '../account/account';
import type { ResourceLifecycle } from '../provider/resource-lifecycle';

/** Where a call comes in: the signature's scope says which region it is for. */
export interface CallContext {
  readonly region: string;
  readonly accountId: string;
  readonly account: Account;
  readonly lifecycle: ResourceLifecycle;
  readonly now: Date;
}

/** A call's input and output, as the protocol's JSON or its parameters. */
export type Members = { readonly [name: string]: unknown };

export type Operation = (input: Members, context: CallContext) => Members | Promise<Members>;

/** One AWS service as the endpoint serves it: which protocol its SDKs speak, and what it does. */
export interface ServiceEndpoint {
  /** As a signature's scope names it: `ssm`. */
  readonly signingName: string;
  /** In front of the operation in `X-Amz-Target`: `AmazonSSM`; only for JSON protocols. */
  readonly targetPrefix?: string;
  /** Of the XML answers; only for the query protocol. */
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, Operation>>;
}
