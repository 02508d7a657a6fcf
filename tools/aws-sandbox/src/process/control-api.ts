import type { Fault } from '../faults/fault';
import type { DnsAnswer } from '../services/route53/resolve-name';
import type { SandboxIdentity } from './sandbox-home';
import type { ProviderUse } from './terraform-sockets';

/** What the account's process can be asked on its control socket, each with its question and answer. */
export interface ControlApi {
  readonly status: { readonly question: undefined; readonly answer: SandboxStatus };
  readonly 'open-folder': {
    readonly question: { readonly workFolder: string } & ProviderUse;
    readonly answer: { readonly socket: string };
  };
  /** Sets these faults, or ends all; tells those that are set then. */
  readonly faults: {
    readonly question: { readonly set: readonly Fault[] } | { readonly clear: true };
    readonly answer: { readonly faults: readonly Fault[] };
  };
  /** Lets schedules, health checks and alarms run, or not. Answers whether they ran before. */
  readonly automation: { readonly question: { readonly on: boolean }; readonly answer: { readonly before: boolean } };
  /** What Route 53's name servers answer for a name; they are in no region, and outlive every one. */
  readonly resolve: { readonly question: { readonly name: string }; readonly answer: { readonly found?: DnsAnswer } };
  readonly reset: { readonly question: undefined; readonly answer: { readonly removed: number } };
  readonly stop: { readonly question: undefined; readonly answer: Record<string, never> };
}

export type ControlQuestion = keyof ControlApi;

/** A running sandbox as it describes itself. */
export interface SandboxStatus extends SandboxIdentity {
  readonly home: string;
  /** Whether schedules, health checks and alarms run. */
  readonly automated: boolean;
  /** Resident memory. */
  readonly memoryMb: number;
  readonly resources: number;
  /** Number of resources by type. */
  readonly byType: Readonly<Record<string, number>>;
}
