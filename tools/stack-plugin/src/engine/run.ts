import type { StateEntry, StateManifest } from '@dr/state-manifest';
import type { ClientSettings } from '../records/account-client';
import type { ParameterStore } from '../records/parameter-store';
import type { RecordedInput, Recorder } from '../records/recorder';
import type { Records } from '../records/records';
import type { Backend, TerraformAccount } from '../accounts/terraform-account';
import type { AllowedChange } from './allowed-changes';
import type { PlanReport } from './plan-report';
import type { DisplaySink, ProgressDisplay } from './progress-display';
import type { StackEdge, StateOrder } from './state-order';
import type { OpenState, StatePlan, StateRunOptions } from './state-run';

export type RunMode = 'plan' | 'deploy' | 'destroy';

export interface RunStacksOptions {
  /** The Nx apps: `['network', 'data']`. */
  readonly stacks: readonly string[];
  /** All stacks of the workspace. */
  readonly workspaceStacks: readonly string[];
  /** Edges of the project graph between them. */
  readonly edges: readonly StackEdge[];
  readonly environment: string;
  /** Name of the account: sandbox, emulator or aws. */
  readonly account: string;
  /** Where states are, other than the account has them by itself. */
  readonly backend?: Backend | undefined;
  /** Whether what is deployed is recorded. @default true */
  readonly recorded?: boolean;
  /** The states of one region only. @default those of all */
  readonly region?: string | undefined;
  /**
   * `<state>:<address>` of each resource that may be destroyed, replaced or weakened, and the path of each setting whose
   * change by steps is made.
   */
  readonly allow: readonly string[];
  /** Whether another loss is permitted, asked for each that is not allowed. @default none */
  readonly permits?: (loss: { readonly state: string; readonly address: string; readonly action: string }) => boolean;
  /** Absolute paths to write what was planned to, and what became of it. */
  readonly reports: { readonly json?: string; readonly markdown?: string };
  /** Absolute path of a report that this run's plan must be equal to. */
  readonly reviewed?: string | undefined;
  /** Whether Terraform locks the states that are planned. */
  readonly lock: boolean;
  /** Whether states that are recorded as they would be deployed are left out. */
  readonly skipUnchanged: boolean;
  /** Whether states may be deployed from a commit that does not contain the one that they were deployed from. */
  readonly overNewer: boolean;
  /** Whether what a recovery moves may be changed while one is under way. */
  readonly duringRecovery: boolean;
  /** Whether a plan that would change anything counts as failed. */
  readonly failOnChanges: boolean;
  readonly workspaceRoot: string;
  /** Absolute: the folder of what is synthesized for the environment. @default that of the target synth */
  readonly synthesized?: string;
  readonly mode: RunMode;
  readonly interrupt: AbortSignal;
  readonly sink: DisplaySink;
  /** Asked before anything is destroyed. */
  readonly confirmDestroy: (question: string) => Promise<boolean>;
}

/** A state of a run, with the stack that it is of. */
export interface RunState {
  readonly stack: string;
  readonly entry: StateEntry;
}

/** The states of a stack. */
export function statesOf({ stack, states }: StateManifest): readonly RunState[] {
  return states.map((entry) => ({ stack, entry }));
}

/** Inputs of a run, complete once it is known that it can begin. */
export interface Run {
  readonly options: RunStacksOptions;
  readonly manifests: readonly StateManifest[];
  /** Manifests of the workspace's other stacks, and of these in the regions that are not asked for. */
  readonly otherManifests: readonly StateManifest[];
  /** Whether none of its states holds anything yet. */
  readonly isFirst: boolean;
  /** Losses that a review allowed. */
  readonly allowedChanges: readonly AllowedChange[];
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  /** Regions in which the environment's settings have states. */
  readonly regions: readonly string[];
  /** When a recovery last moved anything, ms since 1970, asked once. */
  readonly recoveryMovedAtMs: () => Promise<number>;
  /** Records of what is deployed. */
  readonly records: Records;
  readonly recorder: Recorder;
  readonly store: ParameterStore;
  /** Settings of any other SDK client for the account. */
  readonly client: ClientSettings;
  readonly account: TerraformAccount;
  readonly binary: string;
  /** By name; those that need a region that is dark are left out. */
  readonly states: ReadonlyMap<string, RunState>;
  /** States that need a dark region, and which. */
  readonly dark: ReadonlyMap<string, string>;
  /** The order in which states are planned and deployed; backwards for a destroy. */
  readonly order: StateOrder;
  readonly display: ProgressDisplay;
  /** Refusals that a deploy ends with, and after which a plan goes on. */
  readonly stops: string[];
  /** The report that the plan must be equal to, where there is one. */
  readonly review: PlanReport | undefined;
  /** Milliseconds spent on each state so far. */
  readonly spentMs: Map<string, number>;
  /** @param again whether values that were read before are read anew */
  readonly recordedInput: (state: RunState, again?: boolean) => Promise<RecordedInput>;
  readonly optionsOf: (state: RunState) => Promise<StateRunOptions>;
}

/** A state that is planned and held until the run is over with it. */
export interface PlannedState {
  /** Undefined for a state that is left as it was deployed. */
  readonly held: OpenState | undefined;
  readonly plan: StatePlan;
  /** Facts that its record takes. */
  readonly input: RecordedInput;
}

/** Past tense of each operation, for a run's summary. */
export const PAST = { plan: 'planned', deploy: 'deployed', destroy: 'destroyed' } as const;

/** Does a state's work and counts the time that it takes. */
export async function spendingTime<Result>(
  { spentMs }: Run,
  state: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const beganAt = Date.now();
  try {
    return await work();
  } finally {
    spentMs.set(state, (spentMs.get(state) ?? 0) + Date.now() - beganAt);
  }
}
