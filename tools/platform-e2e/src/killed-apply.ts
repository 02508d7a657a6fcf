import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '@dr/stack-plugin/accounts';
import {
  EMPTY_PLAN,
  keptStateFile,
  openState,
  type Reconciliation,
  reconcileState,
  type StateRunOptions,
} from '@dr/stack-plugin/engine';
import { readManifest, SYNTHESIZED } from './synthesized';
import { TestAccount, WORKSPACE } from './workspace';

type Blocks = Record<string, Record<string, Record<string, unknown>>>;
type Json = StateRunOptions['terraformJson'] & { readonly resource: Blocks };

/** Time between two looks at the account's calls, ms. */
const LOOK_MS = 20;

/** Deployment over which Terraform is killed: nothing, a part with other tags, or one that is partly replaced. */
export const BEGINNINGS = ['nothing', 'a part', 'one to replace'] as const;

/** An apply that was killed, and what became of it. */
export interface KilledApply {
  readonly seed: number;
  readonly beginning: (typeof BEGINNINGS)[number];
  /** Resources that had begun when Terraform was killed. */
  readonly begun: number;
  /** Why the next deploy refused; undefined where it went on by itself. */
  readonly refusal: string | undefined;
  readonly repaired: Reconciliation | undefined;
  /** Error of the next deploy. */
  readonly failure: string | undefined;
  /** Changes that a plan shows after the next deploy. */
  readonly changesLeft: readonly string[];
  /** Resources of the account after the next deploy, by type. */
  readonly resources: Readonly<Record<string, number>>;
}

/** A state that is deployed into an account of its own, and killed. */
export class KilledState {
  readonly account = new TestAccount();
  private readonly entry;
  private readonly json: Json;
  private readonly initialised = new Map<string, Promise<string>>();
  private terraformAccount!: StateRunOptions['account'];
  /** Resources of the account after a deploy that nobody killed, by type. */
  expected: Readonly<Record<string, number>> = {};

  constructor(stack: string, state: string) {
    const entry = readManifest('local', stack).states.find(({ name }) => name === state);
    if (entry === undefined) throw new Error(`${stack} has no state ${state}`);
    this.entry = entry;
    this.json = JSON.parse(
      readFileSync(join(SYNTHESIZED, 'local', stack, entry.folder, 'cdk.tf.json'), 'utf8'),
    ) as Json;
  }

  async open(): Promise<void> {
    process.env['DR_SANDBOX_HOME'] = this.account.sandboxHome;
    process.env['DR_SANDBOX_PORT'] = '0';
    this.terraformAccount = await openAccount('sandbox', WORKSPACE, () => undefined);
    await this.deploy(this.json);
    this.expected = this.resources();
  }

  /** Outcome of a killed apply that converged. */
  get converged(): object {
    return { failure: undefined, isSettled: true, changesLeft: [], resources: this.expected };
  }

  /** Outcome of a killed apply, in the form of {@link converged}. */
  outcomeOf({ failure, refusal, repaired, changesLeft, resources }: KilledApply): object {
    return { failure, isSettled: refusal === undefined || repaired?.settled !== undefined, changesLeft, resources };
  }

  async close(): Promise<void> {
    await this.account.dispose();
  }

  /**
   * Deploys into an empty account, kills Terraform at a moment that follows from the seed, and deploys again: after a
   * repair where the deploy refuses.
   */
  async kill(
    seed: number,
    repair: () => Promise<Reconciliation | undefined> = () => this.reconcile('repair'),
  ): Promise<KilledApply> {
    const random = randomOf(seed);
    const beginning = BEGINNINGS[seed % BEGINNINGS.length] as KilledApply['beginning'];
    await this.account.sandbox('reset', '--force');
    rmSync(join(this.workFolder, 'apply.log'), { force: true });
    if (beginning !== 'nothing') await this.deploy(beginning === 'a part' ? part(this.json) : replaced(this.json));
    const begun = await this.deployKilled(random(), random() * 30);
    const refusal = await this.refusal();
    const repaired = refusal === undefined ? undefined : await repair();
    const failure = await this.deploy(this.json).then(
      () => undefined,
      (error: Error) => error.message,
    );
    const changesLeft = failure === undefined ? await this.plan() : [];
    return { seed, beginning, begun, refusal, repaired, failure, changesLeft, resources: this.resources() };
  }

  get workFolder(): string {
    return this.account.deployment(this.entry.name);
  }

  private optionsOf(terraformJson: Json): StateRunOptions {
    const { statesFolder = '' } = this.terraformAccount;
    return {
      entry: this.entry,
      terraformJson,
      workFolder: this.workFolder,
      stateFile: keptStateFile(statesFolder, 'local', this.entry.name),
      binary: 'terraform',
      account: this.terraformAccount,
      commandLine: 'e2e',
      destination: { environment: 'local', account: 'sandbox' },
      interrupt: new AbortController().signal,
      initialised: this.initialised,
      onProgress: () => undefined,
      onWarning: () => undefined,
    };
  }

  private async deploy(json: Json): Promise<void> {
    const state = await openState(this.optionsOf(json));
    try {
      await state.planAndApply(EMPTY_PLAN);
    } finally {
      await state.close();
    }
  }

  /** Changes that a deploy would make. */
  private async plan(): Promise<readonly string[]> {
    const state = await openState(this.optionsOf(this.json));
    try {
      const { changes } = await state.plan({ destroy: false, wantsDetails: () => false });
      return changes.map(({ action, address }) => `${action} ${address}`);
    } finally {
      await state.close();
    }
  }

  async reconcile(reconciles: 'list' | 'repair'): Promise<Reconciliation> {
    const { endpoint = '' } = this.terraformAccount;
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    return reconcileState({ ...this.optionsOf(this.json), reconciles }, { endpoint, credentials });
  }

  /** Why the state is not planned, or deployed; undefined where it is. */
  private async refusal(): Promise<string | undefined> {
    try {
      await (await openState(this.optionsOf(this.json))).close();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /**
   * @param after part of the changes that have begun, of 0 to 1
   * @param pauseMs after that
   * @returns how many had begun when Terraform was killed
   */
  private async deployKilled(after: number, pauseMs: number): Promise<number> {
    const log = join(this.workFolder, 'apply.log');
    const begun = () => (readTextIfThere(log).match(/"type":"apply_start"/g) ?? []).length;
    const state = await openState(this.optionsOf(this.json));
    try {
      const { counts, ...plan } = await state.plan({ destroy: false, wantsDetails: () => false });
      const least = 1 + Math.floor(after * (counts.add + counts.change + counts.remove));
      rmSync(log, { force: true });
      let isOver = false;
      const applied = state.apply({ ...plan, counts }).catch(() => undefined);
      void applied.then(() => (isOver = true));
      while (!isOver && begun() < least) await sleep(1);
      await sleep(pauseMs);
      if (!isOver) killIfAlive(this.terraformProcess());
      await applied;
      await this.settled();
      return begun();
    } finally {
      await state.close();
    }
  }

  /** The provider ends the calls that it was in, as AWS does, whoever asked for them is gone. */
  private async settled(): Promise<void> {
    const account = await this.account.connect();
    while ((await account.status()).terraformLoad > 0) await sleep(LOOK_MS);
  }

  /** The process that was started last for the state. */
  private terraformProcess(): number {
    const { pids } = JSON.parse(readTextIfThere(join(this.workFolder, 'deploy.lock'))) as { readonly pids: number[] };
    return pids.at(-1) as number;
  }

  private resources(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const file of this.account.accountFiles()) {
      const type = file.split('/').at(-2) ?? '';
      counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  }
}

/** A configuration without the endpoints, rules and outputs, and with another owner. */
function part(json: Json): Json {
  const { aws_vpc_endpoint: _endpoints, aws_vpc_security_group_ingress_rule: _rules, ...rest } = json.resource;
  return JSON.parse(JSON.stringify({ ...json, resource: rest }).replaceAll('"owner":"', '"owner":"former-')) as Json;
}

/** A configuration whose parameters have other names, and whose flow log is another: both are replaced. */
function replaced(json: Json): Json {
  const { aws_ssm_parameter: parameters = {}, aws_flow_log: flowLogs = {} } = json.resource;
  const resource = {
    ...json.resource,
    aws_ssm_parameter: mapBlocks(parameters, (block) => ({ ...block, name: `${String(block['name'])}-former` })),
    aws_flow_log: mapBlocks(flowLogs, (block) => ({ ...block, traffic_type: 'REJECT' })),
  };
  return { ...json, resource };
}

function mapBlocks(
  blocks: Blocks[string],
  change: (block: Record<string, unknown>) => Record<string, unknown>,
): Blocks[string] {
  return Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, change(block)]));
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function readTextIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Numbers of 0 to 1 that follow from a seed [Mulberry32]. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
