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

/** Event of a Terraform run, as far as it is used. */
export type TerraformEvent =
  | { readonly kind: 'planned'; readonly address: string; readonly action: string }
  | { readonly kind: 'begun'; readonly address: string; readonly action: string }
  | { readonly kind: 'done'; readonly address: string; readonly action: string }
  | { readonly kind: 'failed'; readonly address: string }
  | { readonly kind: 'counts'; readonly operation: 'plan' | 'apply' | 'destroy'; readonly counts: ChangeCounts }
  | { readonly kind: 'diagnostic'; readonly diagnostic: TerraformDiagnostic }
  /** No JSON: a warning about Terraform's own configuration, a wrapper's message, or a panic. */
  | { readonly kind: 'text'; readonly text: string };

interface StreamLine {
  readonly type?: string;
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly changes?: ChangeCounts & { readonly operation: 'plan' | 'apply' | 'destroy' };
  readonly diagnostic?: {
    readonly severity: 'error' | 'warning';
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

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
  if (type === 'apply_start' && hook) return { kind: 'begun', address: hook.resource.addr, action: hook.action };
  if (type === 'apply_complete' && hook) return { kind: 'done', address: hook.resource.addr, action: hook.action };
  if (type === 'apply_errored' && hook) return { kind: 'failed', address: hook.resource.addr };
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
