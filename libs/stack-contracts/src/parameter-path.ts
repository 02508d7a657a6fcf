/** Name of the parameter that holds a contract's hash, beside the outputs. */
export const CONTRACT_HASH_PARAMETER = 'contract-hash';

/** `/<platform>/<environment>`: the root of every parameter path of an environment. */
export function parameterRootOf({ platform, name }: { readonly platform: string; readonly name: string }): string {
  return `/${platform}/${name}`;
}

/** `/<platform>/<environment>/<region>/<contract>`: the folder of a contract's parameters. */
export function contractPath(parameterRoot: string, region: string, contract: string): string {
  return `${parameterRoot}/${region}/${contract}`;
}

/** `vpcId` → `vpc-id`; `zone2Ids` → `zone2-ids`. */
export function parameterName(output: string): string {
  return output.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
