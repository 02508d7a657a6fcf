import type { ProviderUse } from '../accounts/terraform-account';

/**
 * @param terraformJson the synthesized state
 * @param deployed text of the state file where it is kept beside the work folder; empty where there is none
 */
export function providerUse(terraformJson: Readonly<Record<string, unknown>>, deployed: string): ProviderUse {
  const configuredTypes = ['resource', 'data', 'ephemeral'].flatMap((kind) =>
    Object.keys((terraformJson[kind] ?? {}) as object),
  );
  // A word in an expression names a block too: `${aws_lb.Main.access_logs[0].bucket}`.
  const configured = JSON.stringify(terraformJson).match(/[a-z][a-z0-9_]*/g) ?? [];
  return {
    types: sorted([...configuredTypes, ...typesIn(deployed)]),
    blocks: sorted([...configured, ...namesThatHoldSomething(deployed)]),
  };
}

/** Types of what is deployed: Terraform needs the schema of each, also where the configuration has none of it any more. */
function typesIn(deployed: string): readonly string[] {
  if (deployed.trim() === '') return [];
  const { resources = [] } = JSON.parse(deployed) as { readonly resources?: readonly { readonly type: string }[] };
  return resources.map(({ type }) => type);
}

/** Terraform writes each block of a type into the state, as an empty list where there is none. */
function namesThatHoldSomething(deployed: string): readonly string[] {
  return [...deployed.matchAll(/"([a-z][a-z0-9_]*)": *(?:\[(?!\])|\{(?!\}))/g)].map(([, name = '']) => name);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
