export { type FolderFiles, folderDigest, readFolderFiles } from './folder-digest';
export { type Inventory, inventoryOf, inventoryText, type Presence } from './inventory';
export { describeUnfit, type UnfitOutput, unfitOutputs } from './unfit-outputs';

/** File name of the manifest, at the root of a stack's synthesized output. */
export const STATE_MANIFEST_FILE = 'states.json';

/** Manifest of a stack's Terraform states, written by its synthesis; a plan, a deploy and a destroy read it. */
export interface StateManifest {
  readonly version: 1;
  /** The Nx app: `data`. */
  readonly stack: string;
  /** The team that it is of, as its `main.ts` names it. */
  readonly owner: string;
  /** The environment it was synthesized for: `local`. */
  readonly environment: string;
  /** `/<platform>/<environment>` of every parameter path. */
  readonly parameterRoot: string;
  /** Left out by a stack that names none. */
  readonly settings?: DeclaredSettings;
  /** Sorted by name. */
  readonly states: readonly StateEntry[];
}

/** Settings of an environment that a deployment keeps: another value of one means steps, or a new deployment. */
export interface LastingSettings {
  /** Values by path, none of which may be another: `domainName`. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Numbers and versions by path, none of which may be lower: `network.zoneCount`. */
  readonly growing: Readonly<Record<string, string>>;
  /** Values by path of `fixed` that serve beside the value there: a deploy may exchange the two. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** Settings that a deployment keeps, with what changes them otherwise, which is not recorded. */
export interface DeclaredSettings extends LastingSettings {
  /**
   * Steps that change a value of `fixed`, in order, by path; a new deployment where there are none. `<environment>`,
   * `<deployed>` and `<wanted>` stand for the environment and for both values.
   */
  readonly steps: Readonly<Record<string, readonly string[]>>;
}

export interface StateEntry {
  /** Unique in the workspace: `data-us-west-2`. */
  readonly name: string;
  /** The region of its provider, its state and its parameter store. */
  readonly region: string;
  /** The folder of its `cdk.tf.json` and assets, relative to the manifest, with forward slashes. */
  readonly folder: string;
  /** Hash of all files of that folder: a reader knows whether it has all of them, and none of another synthesis. */
  readonly digest: string;
  readonly publishes: readonly ContractAddress[];
  readonly reads: readonly ContractRead[];
}

/** A contract as published: whose, about which region, and in which region's parameter store. */
export interface ContractAddress {
  /** Name of the contract, and of the last folder of its parameter path: `data`. */
  readonly contract: string;
  /** The region that the values describe. */
  readonly region: string;
  /** The region whose parameter store holds them; differs from `region` for a mirror. */
  readonly store: string;
  /** The contract's hash. */
  readonly hash: string;
}

/** The same contract about the same region in the same store, whatever its shape. */
export function addressKey({ contract, region, store }: Omit<ContractAddress, 'hash'>): string {
  return [contract, region, store].join(' ');
}

/** A contract with those of its outputs that a state reads. */
export interface ContractRead extends ContractAddress {
  /** Outputs that the code accessed while it was synthesized; sorted by name. */
  readonly outputs: readonly ReadOutput[];
}

/** An output as its reader needs it. */
export interface ReadOutput {
  /** As the contract names it: `vpcId`. */
  readonly name: string;
  /** Its parameter: `/trade/prod/us-east-1/network/vpc-id`. */
  readonly parameter: string;
  /** The type of that parameter. */
  readonly type: 'String' | 'StringList';
}

/**
 * Terraform's expression, in the condition of a data source that reads a contract, of the type of each parameter by its
 * name. A plan over parameters that are only planned puts those into its place.
 */
export const PUBLISHED_TYPES = 'zipmap(self.names, self.types)';
