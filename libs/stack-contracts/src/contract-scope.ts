import type { TerraformStack } from 'cdktf';
import type { ContractAddress, ContractRead } from '@dr/state-manifest';

/** A Terraform state that publishes and reads contracts; it also keeps the record of both. */
export interface ContractScope extends TerraformStack {
  /** The Nx app: `data`. */
  readonly stackName: string;
  /** The region of its provider and its parameter store. */
  readonly region: string;
  readonly environmentName: string;
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  readonly publishedContracts: ContractAddress[];
  readonly readContracts: ContractRead[];
}
