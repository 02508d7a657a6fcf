import type { AttributeChange, ChangeAction, PlannedChange } from './planned-changes';

/** Longest value that is shown in full. */
const VALUE_WIDTH = 80;

/** How many attributes of one resource are shown. */
const SHOWN_ATTRIBUTES = 12;

/** The lines of a resource's change for people: what happens to it, then each value from what to what. */
export function describeChange({
  action,
  address,
  previousAddress,
  imported,
  reason,
  attributes,
}: PlannedChange): readonly string[] {
  const moved = previousAddress === undefined ? '' : ` (was ${previousAddress})`;
  const forced = attributes.filter(({ forcesReplacement }) => forcesReplacement).map(({ path }) => path);
  const why = forced.length > 0 ? `, forced by ${forced.join(', ')}` : reasonText(action, reason);
  const taken = imported && action !== 'import' ? ' (imported)' : '';
  const head = `${action} ${address}${moved}${taken}${why}`;
  // The values of a new resource are known from its source, and are in the report.
  if (action === 'create') return [head];
  const [shown, rest] = [attributes.slice(0, SHOWN_ATTRIBUTES), attributes.slice(SHOWN_ATTRIBUTES)];
  return [
    head,
    ...shown.map((attribute) => `  ${describeAttribute(attribute)}`),
    ...(rest.length > 0 ? [`  and ${rest.length} more values`] : []),
  ];
}

function describeAttribute({ path, secret, unknown, before, after, forcesReplacement }: AttributeChange): string {
  const from = before === undefined ? 'none' : describeValue(before);
  const to = unknown ? 'known after the apply' : after === undefined ? 'none' : describeValue(after);
  const values = secret ? 'a secret, which changes' : `${from} → ${to}`;
  return `${path}: ${values}${forcesReplacement ? ' (forces the replacement)' : ''}`;
}

function describeValue(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH - 1)}…` : text;
}

/** Terraform's reasons that say more than the action does [Terraform, JSON output format, action_reason]. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: ', left half made by an earlier run',
  replace_by_request: ', asked for',
  replace_by_triggers: ', triggered by another resource',
  delete_because_no_resource_config: ', no longer in the configuration',
  delete_because_wrong_repetition: ', no longer in the configuration',
  delete_because_count_index: ', no longer in the configuration',
  delete_because_each_key: ', no longer in the configuration',
  delete_because_no_module: ', no longer in the configuration',
};

function reasonText(action: ChangeAction, reason: string | undefined): string {
  return action === 'replace' || action === 'destroy' ? (REASONS[reason ?? ''] ?? '') : '';
}
