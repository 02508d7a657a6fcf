import type { Fault } from '../faults/fault';
import type { SentMessage } from '../services/sns/topics';
import type { DnsAnswer } from '../services/route53/resolve-name';
import type { SandboxIdentity } from './sandbox-home';
import type { ProviderUse } from './terraform-sockets';

/** Requests that the account's process serves on its control socket, each with the types of its request and response. */
export interface ControlApi {
  readonly status: { readonly request: undefined; readonly answer: SandboxStatus };
  readonly 'open-folder': {
    readonly request: { readonly workFolder: string } & ProviderUse;
    readonly answer: { readonly socket: string };
  };
  /** Sets these faults, instead of all others where `clear` says so. Responds with those that are set afterwards. */
  readonly faults: {
    readonly request: { readonly set: readonly Fault[]; readonly clear?: boolean };
    readonly answer: { readonly faults: readonly Fault[] };
  };
  /** Lets schedules, health checks and alarms run, or stops them. Responds with whether they ran before. */
  readonly automation: { readonly request: { readonly on: boolean }; readonly answer: { readonly before: boolean } };
  /** Resolves a name by Route 53's name servers, which belong to no region and answer while every region is dark. */
  readonly resolve: { readonly request: { readonly name: string }; readonly answer: { readonly found?: DnsAnswer } };
  /** Puts a folder into the account as an image. Responds with the regions that have it. */
  readonly 'push-image': {
    readonly request: { readonly image: string; readonly folder: string; readonly entry: string };
    readonly answer: { readonly regions: readonly string[] };
  };
  /** Lists the messages of all topics. */
  readonly messages: { readonly request: undefined; readonly answer: { readonly messages: readonly SentMessage[] } };
  readonly reset: { readonly request: undefined; readonly answer: { readonly removed: number } };
  readonly stop: { readonly request: undefined; readonly answer: Record<string, never> };
}

export type ControlRequest = keyof ControlApi;

/** A running sandbox as it describes itself. */
export interface SandboxStatus extends SandboxIdentity {
  readonly home: string;
  /** Whether schedules, health checks and alarms run. */
  readonly automated: boolean;
  /** Resident memory. */
  readonly memoryMb: number;
  /** Connections of Terraform that are open, and calls under way: 0 once all that a killed Terraform asked for is done. */
  readonly terraformLoad: number;
  readonly resources: number;
  /** Number of resources by type. */
  readonly byType: Readonly<Record<string, number>>;
}
