import type { Account } from '../../account/account';
import type { ResourceLifecycle } from '../../provider/resource-lifecycle';
import type { StructureShape } from './input-shape';
import type { HttpReply, Members } from './members';

/** Where a call comes in: the signature's scope says which region it is for. */
export interface CallContext {
  readonly region: string;
  readonly accountId: string;
  readonly account: Account;
  readonly lifecycle: ResourceLifecycle;
  readonly now: Date;
  /** Of the call, in small letters: what REST protocols carry beside the body. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Where a REST protocol's operation is found. */
export interface Route {
  readonly method: string;
  /** `/2015-03-31/functions/{FunctionName}/invocations`; `{Key+}` takes the slashes too. */
  readonly path: string;
  /** A query parameter that must be there: `versioning` of `GET /bucket?versioning`. */
  readonly query?: string;
  readonly operation: string;
  /** The input's member that is the whole body, as bytes; else the body is a structure whose members join the input. */
  readonly payload?: string;
}

export type Operation = (input: Members, context: CallContext) => Answer | Promise<Answer>;

type Answer = Members | HttpReply;

/** A call of a role, which needs permissions. */
export interface CallToAuthorize {
  readonly operation: string;
  readonly input: Members;
  readonly region: string;
  readonly accountId: string;
}

/** A permission that the caller must have. */
export interface NeededPermission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*` for what has no resource. */
  readonly resource: string;
}

/** One AWS service as the endpoint serves it: which protocol its SDKs speak, and what it does. */
export interface ServiceEndpoint {
  /** As a signature's scope names it: `ssm`. */
  readonly signingName: string;
  /** In front of the operation in `X-Amz-Target`: `AmazonSSM`; only for JSON protocols. */
  readonly targetPrefix?: string;
  /** Of the XML answers; only for the query protocol. */
  readonly xmlNamespace?: string;
  /** Only for the REST protocols; the first that matches is taken. */
  readonly routes?: readonly Route[];
  readonly operations: Readonly<Record<string, Operation>>;
  /** Members that each operation reads; what stands nowhere here does not reach it. */
  readonly inputs: Readonly<Record<string, StructureShape>>;
  /** Permissions that a call needs, by the members that name its resources [Service Authorization Reference]. */
  readonly permissions: (call: CallToAuthorize) => readonly NeededPermission[];
}
