import type { SchemaKind } from '../model/schema';
import type { AttributePath, ObjectValue } from '../model/value';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** One line. */
  readonly summary: string;
  /** Enough to act on without the summary. */
  readonly detail: string;
  readonly path?: AttributePath;
}

/** Session of one `provider "aws"` block; every call of a Terraform run carries its own. */
export interface ProviderSession {
  /** The provider block's value, or undefined before it is configured (validation runs without it). */
  readonly config: ObjectValue | undefined;
}

export interface PlanRequest {
  readonly type: string;
  /** null: the resource is created. */
  readonly prior: ObjectValue | null;
  /** Terraform's merge of configuration and prior state; null: the resource is destroyed. */
  readonly proposed: ObjectValue | null;
  readonly config: ObjectValue | null;
}

export interface PlanResponse {
  readonly planned: ObjectValue | null;
  readonly requiresReplace: readonly AttributePath[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ApplyRequest {
  readonly type: string;
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue | null;
  /** The only place where write-only attributes have a value. */
  readonly config: ObjectValue | null;
}

export interface StateResponse {
  /** null: there is no such resource (any more). On an error, what is there none the less. */
  readonly state: ObjectValue | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The provider behind the wire: plain values in, plain values and diagnostics out. It knows no msgpack and no gRPC;
 * the wire layer knows no resource. Methods may throw only on a defect; what a user can cause is a diagnostic.
 */
export interface Provider {
  configure(config: ObjectValue): readonly Diagnostic[];
  validate(kind: Exclude<SchemaKind, 'provider'>, type: string, config: ObjectValue): readonly Diagnostic[];
  plan(session: ProviderSession, request: PlanRequest): PlanResponse | Promise<PlanResponse>;
  apply(session: ProviderSession, request: ApplyRequest): StateResponse | Promise<StateResponse>;
  read(session: ProviderSession, type: string, state: ObjectValue): StateResponse | Promise<StateResponse>;
  importResource(session: ProviderSession, type: string, id: string): StateResponse | Promise<StateResponse>;
  readDataSource(session: ProviderSession, type: string, config: ObjectValue): StateResponse | Promise<StateResponse>;
  openEphemeral(session: ProviderSession, type: string, config: ObjectValue): StateResponse | Promise<StateResponse>;
}
