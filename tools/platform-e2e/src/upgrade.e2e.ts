/**
 * A release's deployment is left as it is by this commit: no resource is added, replaced or destroyed. The release
 * deploys its own stacks with its own tools, built from git history; a clone without that history skips this.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_RELEASE, hasRelease, RELEASE_ENVIRONMENTS, releaseCommit } from './snapshot/release';
import { promisedResources, synthesizedFolder } from './synthesized';
import { outputOf, TestAccount } from './workspace';

/** A change of what is deployed that is made on purpose. */
interface AllowedChange {
  readonly environment: string;
  readonly state: string;
  /** `*` for all of a state that the release did not have. */
  readonly address: string;
  /** As `plan` names it: `create`, `destroy`, `replace`. */
  readonly action: string;
  readonly reason: string;
}

const ALLOWED: readonly AllowedChange[] = JSON.parse(
  readFileSync(join(__dirname, 'upgrade-allowed-changes.json'), 'utf8'),
);

// Reported as skipped, by name, where there is nothing to upgrade from. Under CI the snapshot's target fails then.
const withHistory = hasRelease() ? describe : describe.skip;

withHistory.each(RELEASE_ENVIRONMENTS)(`what ${releaseCommit()} deployed with the settings of %s`, (environment) => {
  const account = TestAccount.deployed(`release-${environment}`);
  afterAll(() => account.dispose());

  it('has its states where this commit looks for them', () => {
    const promised = Object.entries(promisedOfRelease(environment));
    const states = promised.flatMap(([state, count]) => (count > 0 ? [state] : [])).sort();
    const kept = states.map((state) => [state, backendIn(account.deployment(state, environment))]);

    expect(states.length).toBeGreaterThan(20);
    expect(kept).toEqual(states.map((state) => [state, backendIn(synthesizedFolder(environment, state))]));
  });

  it('is there, and is planned by this commit with nothing added, replaced or destroyed', async () => {
    const planned = plannedChanges(outputOf(await account.runStacks('plan', { environment }))).filter(
      ({ action }) => !HARMLESS.includes(action),
    );
    const allowed = ALLOWED.filter((change) => change.environment === environment);

    // The states were where the release kept them, and are all of them full.
    expect(account.deployedResources(environment)).toEqual(promisedOfRelease(environment));
    expect(planned.filter((change) => !allowed.some((one) => isSame(one, change)))).toEqual([]);
    // An entry that allows nothing any more is taken out of the list.
    expect(allowed.filter((one) => !planned.some((change) => isSame(one, change)))).toEqual([]);
  });
});

/** Resources of each state that the release had: this commit's, without what it adds, and with what it takes out. */
function promisedOfRelease(environment: string): Readonly<Record<string, number>> {
  const changes = ALLOWED.filter((change) => change.environment === environment);
  const counts = Object.entries(promisedResources(environment)).flatMap(([state, count]) => {
    const ofState = changes.filter((change) => change.state === state);
    // The plan makes it, empty.
    if (ofState.some(isNewState)) return [[state, 0] as const];
    const added = ofState.filter(({ action }) => action === 'create').length;
    const removed = ofState.filter(({ action }) => action === 'destroy').length;
    return [[state, count - added + removed] as const];
  });
  return Object.fromEntries(counts);
}

const isNewState = ({ action, address }: AllowedChange) => action === 'create' && address === '*';

/** The backend's settings in a folder with a synthesized state: its bucket and key among them. */
function backendIn(folder: string): unknown {
  const { terraform } = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as {
    terraform: { backend: unknown };
  };
  return terraform.backend;
}

interface PlannedChange {
  readonly state: string;
  readonly action: string;
  readonly address: string;
}

/** After the first release resources may be added; up to it and with it, nothing but restructuring has happened. */
const HARMLESS = ['update', 'move', 'read', ...(releaseCommit() === FIRST_RELEASE ? [] : ['create'])];

const isSame = (one: AllowedChange, other: PlannedChange) =>
  one.state === other.state && one.action === other.action && (isNewState(one) || one.address === other.address);

/** The changes that `plan` prints: `<state>: <counts>`, then a line for each change of it. */
function plannedChanges(output: string): readonly PlannedChange[] {
  let state = '';
  return output.split('\n').flatMap((line) => {
    state = /^([a-z0-9-]+): (?:\d+ to |no change)/.exec(line)?.[1] ?? state;
    const [, action, address] = /^ {2}([a-z]+) ((?:data\.)?aws_[^\s,]+|terraform_data[^\s,]+)/.exec(line) ?? [];
    return action === undefined || address === undefined ? [] : [{ state, action, address }];
  });
}
