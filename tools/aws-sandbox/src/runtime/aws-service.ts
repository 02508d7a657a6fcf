import type { Account } from '../account/account';
import type { ServiceEndpoint } from '../endpoint/calls/service-endpoint';
import type { FaultBook } from '../faults/fault-book';
import type { ServiceDefinition } from '../model/resource-definition';
import type { VirtualHosts } from '../network/virtual-host';
import type { Ticking } from './automation';

/** One AWS service: definitions of its resources and, where it does more than keep them, the parts that run. */
export interface AwsService extends ServiceDefinition {
  /** @default Terraform alone reaches the service */
  readonly start?: (context: ServiceContext) => ServiceParts;
}

export interface ServiceParts {
  /** Served to SDKs and `aws`. */
  readonly endpoints?: readonly ServiceEndpoint[];
  /** Names that answer at the endpoint's address. */
  readonly hosts?: readonly VirtualHosts[];
  /** The path that a host stands for, in front of the call's own. */
  readonly pathOf?: (host: string) => string | undefined;
  /** Parts that act as time passes, while automation is on. */
  readonly ticking?: readonly Ticking[];
  /** Opens sockets that stand for servers; called before every invocation of a function. */
  readonly openNetwork?: () => Promise<void>;
  /** Completes operations whose duration has passed, automation or not. */
  readonly settle?: () => void;
}

/** PostgreSQL's programs: `initdb` and `postgres`, as a package of npm brings them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `16.14` */
  readonly version: string;
  readonly major: number;
  /** Folder for what is made once for this installation. */
  readonly cache: string;
}

export interface ServiceOptions {
  readonly account: Account;
  readonly faults: FaultBook;
  /** ms since 1970. */
  readonly nowMs: () => number;
  /** Folder of the account. */
  readonly home: string;
  /** Folder of the sockets that stand for databases. */
  readonly network: string;
  /** Address of the AWS endpoint, once it listens. */
  readonly address: () => string;
  /** Program of a function's process and its arguments. */
  readonly functionCommand: readonly [program: string, ...args: string[]];
  /** Program of a task's process and its arguments. */
  readonly taskCommand: readonly [program: string, ...args: string[]];
  /** Duration of a global database's failover or switchover, ms. */
  readonly promotionMs: number;
  /** Finds the programs of databases. @throws Error that says what to install */
  readonly postgres: () => PostgresBinaries;
  /** Whether databases flush what they commit to the disk itself, so that it survives a power failure too. */
  readonly fsync: boolean;
  /** Called with what a person should know, a line each. */
  readonly report: (text: string) => void;
  /** Called with each defect of the sandbox itself. */
  readonly onDefect: (what: string, error: Error) => void;
}

/** Context that a service is started with. */
export interface ServiceContext extends ServiceOptions {
  /** Returns the account's one state of its kind, opened on first use; another service's state, too. */
  of<State>(open: (context: ServiceContext) => State): State;
  /** Opens the sockets of all services. */
  openNetwork(): Promise<void>;
}
