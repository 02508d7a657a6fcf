/** A diagnostic as Terraform's JSON stream gives it. */
export interface TerraformDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** `aws_vpc.Vpc_0A1B2C3D` */
  readonly address: string | undefined;
}

/** How many resources a plan or an apply makes, changes and removes. */
export interface ChangeCounts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Resource that an apply works on, and how. */
export interface ResourceEvent {
  readonly address: string;
  readonly type: string;
  /** `create`, `update`, `delete`; a replacement is two of them. */
  readonly action: string;
  /** Terraform's `id` of it, where it is known. */
  readonly id: string | undefined;
}

/** Event of a Terraform run, as far as it is used. */
export type TerraformEvent =
  | { readonly kind: 'planned'; readonly address: string; readonly action: string }
  | ({ readonly kind: 'begun' | 'done' | 'failed' } & ResourceEvent)
  | { readonly kind: 'counts'; readonly operation: 'plan' | 'apply' | 'destroy'; readonly counts: ChangeCounts }
  | { readonly kind: 'diagnostic'; readonly diagnostic: TerraformDiagnostic }
  /** No JSON: a warning about Terraform's own configuration, a wrapper's message, or a panic. */
  | { readonly kind: 'text'; readonly text: string };

interface StreamLine {
  readonly type?: string;
  readonly hook?: {
    readonly resource: { readonly addr: string; readonly resource_type: string };
    readonly action: string;
    readonly id_value?: string;
  };
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly changes?: ChangeCounts & { readonly operation: 'plan' | 'apply' | 'destroy' };
  readonly diagnostic?: {
    readonly severity: 'error' | 'warning';
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

const APPLY_HOOKS: Readonly<Record<string, 'begun' | 'done' | 'failed' | undefined>> = {
  apply_start: 'begun',
  apply_complete: 'done',
  apply_errored: 'failed',
};

/**
 * One line of `terraform plan -json` or `apply -json` [Terraform, machine-readable UI], or undefined where it says
 * nothing that anybody watches.
 */
export function parseTerraformLine(line: string): TerraformEvent | undefined {
  let parsed: StreamLine;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { kind: 'text', text: line };
  }
  const { type, hook, change, changes, diagnostic } = parsed;
  if (type === 'planned_change' && change) {
    return { kind: 'planned', address: change.resource.addr, action: change.action };
  }
  const kind = APPLY_HOOKS[type ?? ''];
  if (kind !== undefined && hook) {
    const { resource, action, id_value: id } = hook;
    return { kind, address: resource.addr, type: resource.resource_type, action, id };
  }
  if (type === 'change_summary' && changes) {
    const { operation, add, change: changed, remove } = changes;
    return { kind: 'counts', operation, counts: { add, change: changed, remove } };
  }
  if (type === 'diagnostic' && diagnostic) {
    const { severity, summary, detail = '', address } = diagnostic;
    return { kind: 'diagnostic', diagnostic: { severity, summary, detail, address } };
  }
  return undefined;
}

/** A diagnostic for people: one paragraph, with where it happened. */
export function describeDiagnostic({ severity, summary, detail, address }: TerraformDiagnostic): string {
  const where = address ? ` (${address})` : '';
  const lines = detail.trim() === '' ? [] : detail.trim().split('\n');
  return [`${severity}: ${summary}${where}`, ...lines.map((line) => `  ${line}`)].join('\n');
}
