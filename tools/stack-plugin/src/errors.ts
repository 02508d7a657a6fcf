import { didYouMean } from '@dr/nearest-name';
import { type Destination, optionsOf } from './accounts/destination';

/** Something the user can put right: its message is all that is printed. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Work that Nx calls: of whatever error has a stack trace, Nx says how to see it. */
export function withoutStackTrace<Args extends readonly unknown[], Result>(
  work: (...args: Args) => Promise<Result> | Result,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (error) {
      if (error instanceof UserError) error.stack = '';
      throw error;
    }
  };
}

/** An option of the plugin that there is none of, or whose value is not as it must be. */
export type OptionProblem =
  | { readonly option: string; readonly got: unknown; readonly expected: string }
  | { readonly option: string; readonly known: readonly string[] };

export function invalidPluginOptions(problems: readonly OptionProblem[]): UserError {
  const lines = problems.map((problem) =>
    'known' in problem
      ? `nx.json: options of the stack plugin: unknown option ${problem.option}, expected one of ${problem.known.join(', ')}. ` +
        `${didYouMean(problem.option, problem.known)}Correct it there and run again.`
      : `nx.json: options of the stack plugin: ${problem.option} is ${JSON.stringify(problem.got)}, ` +
        `expected ${problem.expected}. Correct it there and run again.`,
  );
  return new UserError(lines.join('\n'));
}

export function notATerraform(command: string, detail: string): UserError {
  return new UserError(`${command}: ${detail}, expected Terraform or OpenTofu. Set TERRAFORM_BINARY_NAME to another.`);
}

export function terraformTooOld(command: string, version: string, minimum: string): UserError {
  return new UserError(
    `${command}: version is ${version}, expected at least ${minimum}. Install a newer Terraform or OpenTofu, or set TERRAFORM_BINARY_NAME to one.`,
  );
}

export function terraformMissing(minimum: string, version: string, reason: string): UserError {
  return new UserError(
    `Terraform is not on the PATH, and ${version} could not be fetched (${reason}). Install Terraform or OpenTofu, at least ${minimum}, or set TERRAFORM_BINARY_NAME.`,
  );
}

export function namedTerraformMissing(name: string): UserError {
  return new UserError(
    `TERRAFORM_BINARY_NAME is ${name}, expected a Terraform or OpenTofu that can be run. Correct it or unset it.`,
  );
}

export function notSynthesized(stack: string, environment: string, folder: string): UserError {
  return new UserError(
    `${stack} (${environment}): ${folder} holds no synthesized stack. Run: npx nx run ${stack}:synth --environment=${environment}.`,
  );
}

export function synthesizedForAnother(stack: string, expected: string, got: string): UserError {
  return new UserError(
    `${stack}: synthesized output is for environment ${got}, expected ${expected}. Run: npx nx run ${stack}:synth --environment=${expected}.`,
  );
}

export function synthesisChanged(stack: string, environment: string): UserError {
  return new UserError(
    `${stack}: files of dist/synth/${environment}/${stack} are not those that its states.json names, expected one synthesis. Another command may be writing them, or a hand changed them. Nothing was changed. Run: npx nx run ${stack}:synth --environment=${environment}, then this command again.`,
  );
}

export function stateCycle(names: readonly string[]): UserError {
  return new UserError(
    `states ${names.join(', ')} read each other's contracts, expected an order. Split what one of them publishes into a state of its own.`,
  );
}

/** Holder of a work folder, as its lock file names it. */
export interface LockHolder {
  readonly who: string;
  readonly since: string;
  readonly command: string;
  readonly pids: readonly number[];
  /** Start of each process, where the system shows it: distinguishes it from a later one of the same number. */
  readonly startedAt?: Readonly<Record<number, string>>;
}

export function stateLocked(state: string, holder: LockHolder): UserError {
  return new UserError(
    `${state}: locked by ${holder.who} since ${holder.since} (${holder.command}, process ${holder.pids.join(', ')}), expected nobody. Wait until that run has ended and run this again.`,
  );
}

export function stateInTwoPlaces(beside: string, kept: string): UserError {
  return new UserError(
    `${kept}: the account keeps this state, and ${beside} holds resources of it too, expected one of them. Compare both, remove the one that is out of date, and run this again. Nothing was changed.`,
  );
}

export function emulatorNeedsEndpoint(): UserError {
  return new UserError(
    'AWS_ENDPOINT_URL is missing, expected the endpoint of an AWS emulator such as http://127.0.0.1:4566. Set it and run again.',
  );
}

export function variablesInTheWay(account: string, names: readonly string[]): UserError {
  return new UserError(
    `--account=${account}: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} set, expected none: Terraform or the SDK would talk to something else. ` +
      `Nothing was changed. Take out of .env files what they set, and run: unset ${names.join(' ')}`,
  );
}

/** A shell command: Terraform in a work folder. */
export function terraformIn(workFolder: string, binary: string, args: string): string {
  return `${quote(binary)} -chdir=${quote(workFolder)} ${args}`;
}

function quote(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Names the holder of Terraform's lock on a state, and the way out where that run died. Empty where no lock is in the way. */
export function describeLock(
  state: string,
  workFolder: string,
  binary: string,
  errors: readonly string[],
): readonly string[] {
  const text = errors.find((error) => error.includes('Error acquiring the state lock')) ?? '';
  const valueOf = (name: string) => new RegExp(`^ *${name}: +(.+?) *$`, 'm').exec(text)?.[1];
  const id = valueOf('ID');
  if (id === undefined) return [];
  return [
    `${state}: ${valueOf('Who') ?? 'a run'} holds the lock on the state since ${valueOf('Created') ?? 'a time that it does not name'}, expected nobody. Wait for that run. Where it died, remove its lock, and run this again:`,
    `  ${terraformIn(workFolder, binary, `force-unlock ${quote(id)}`)}`,
  ];
}

/** Says what to do about a plan that another run has overtaken. Empty where none has [Terraform, backend/local]. */
export function describeStalePlan(
  state: string,
  errors: readonly string[],
  destination: Destination,
): readonly string[] {
  if (!errors.some((error) => error.includes('Saved plan is stale'))) return [];
  return [
    `${state}: somebody else has changed this state since this run planned it, expected nobody to. Nothing of this state was changed. See who: npx --no-install stacks history ${state} ${optionsOf(destination)}. Run this again: it is planned over what is there now.`,
  ];
}

/** Instructions for a state that Terraform could not save. */
export function stateNotSaved(state: string, workFolder: string, file: string, binary: string): UserError {
  return new UserError(
    [
      `${state}: ${file} is there, expected none: it is the newest state, which Terraform could not save. What it names is deployed and recorded nowhere else.`,
      'Push it with the credentials of the deploy, and remove the file once that has succeeded:',
      `  ${terraformIn(workFolder, binary, 'state push errored.tfstate')} && rm ${quote(file)}`,
      `A push that is refused for its serial or lineage means that the state was written since: do not force it. Compare the file with what this prints, and see docs/runbooks/deploying.md:`,
      `  ${terraformIn(workFolder, binary, 'state pull')}`,
      'Until the file is gone nothing of this state is planned, deployed or destroyed.',
    ].join('\n'),
  );
}

/**
 * Instructions for a state whose last apply was killed.
 *
 * @param made creations that succeeded @param pending those that began and may have succeeded
 */
export function applyNotEnded(
  state: string,
  {
    at,
    made,
    pending,
    isLost,
  }: { readonly at: string; readonly made: number; readonly pending: number; readonly isLost: boolean },
  command: string,
): UserError {
  const lost = isLost ? ', and left no state behind' : '';
  return new UserError(
    [
      `${state}: the last apply was killed at ${at}${lost}, expected one that ended. It had made ${made} resources and was making ${pending}; what of them is in no state would be made a second time. Nothing was changed.`,
      'List them, and have them taken into the state with --yes:',
      `  ${command}`,
      'Until then nothing of this state is planned, deployed or destroyed.',
    ].join('\n'),
  );
}

export function importsWouldChange(state: string, changes: readonly string[]): UserError {
  return new UserError(
    `${state}: importing what was found would also ${changes.join(', ')}, expected imports alone. Nothing was changed. Import them by hand, or deploy what they need first.`,
  );
}

/** Instructions for a state of which only Terraform's backup is left. */
export function stateLost(state: string, file: string, backup: string, resources: number): UserError {
  return new UserError(
    [
      `${state}: ${file} holds no resource, and its backup ${resources}, expected the state that was written last: Terraform was killed while it wrote it, or it was removed. Nothing was changed.`,
      'If the resources are deployed, restore the backup; what the killed run made is in no state then:',
      `  cp ${quote(backup)} ${quote(file)}`,
      'If they were destroyed on purpose, remove the backup:',
      `  rm ${quote(backup)}`,
      'Until then nothing of this state is planned, deployed or destroyed.',
    ].join('\n'),
  );
}

/** @param deletedIn commit that deleted the environment of that name, where there was one */
export function unknownConfiguration(got: string, known: readonly string[], deletedIn?: string): UserError {
  return new UserError(
    `-c is ${got}, expected one of ${known.join(', ')}. ${didYouMean(got, known)}${describeDeleted(got, deletedIn)}Nothing was changed.`,
  );
}

/** @param deletedIn commit that deleted it, where there was one of that name */
export function unknownEnvironment(got: string, known: readonly string[], deletedIn?: string): UserError {
  return new UserError(
    `--environment is ${got}, expected one of ${known.join(', ')}. ${didYouMean(got, known)}${describeDeleted(got, deletedIn)}Nothing was changed.`,
  );
}

function describeDeleted(environment: string, commit: string | undefined): string {
  if (commit === undefined) return '';
  return (
    `Its settings were deleted in ${commit}, and what is deployed of it stays. ` +
    `To destroy it: git switch --detach ${commit}~1 && npx nx run-many -t destroy -c ${environment}. `
  );
}

export function unknownOption(got: string, targets: readonly string[], known: readonly string[]): UserError {
  return new UserError(
    `${got.length === 1 ? '-' : '--'}${got} is not an option of ${targets.join(' or ')}, expected one of ${known.map((name) => `--${name}`).join(', ')}. ` +
      `${didYouMean(got, known, '--')}Nothing was changed.`,
  );
}

/** @param commands the two command lines to type instead */
export function foreignOptions(option: string, ...commands: readonly [string, string]): UserError {
  return new UserError(
    `--${option} is an option of stacks' targets, and the others would be given it too, expected targets of stacks alone. ` +
      `Nothing was changed. Run two commands:\n  ${commands.join('\n  ')}`,
  );
}

/** @param typed the command line without these words */
export function surplusWords(words: readonly string[], typed: string, configurations: readonly string[]): UserError {
  const configuration = words.find((word) => configurations.includes(word));
  const meant = configuration === undefined ? typed : `${typed} -c ${configuration}`;
  return new UserError(
    `${words.join(' ')}: ${words.length === 1 ? 'names' : 'name'} nothing here, expected no more words. Nothing was changed. ` +
      `Type: ${meant}, or for more than one stack: npx nx run-many -t <target> -p <stack>,<stack>`,
  );
}

export function unknownValue(option: string, got: string, known: readonly string[]): UserError {
  return new UserError(
    `--${option} is ${got}, expected one of ${known.join(', ')}. ${didYouMean(got, known)}Nothing was changed.`,
  );
}

export function unknownProject(got: string, known: readonly string[]): UserError {
  return new UserError(
    `${got}: no project of the workspace. ${didYouMean(got, known)}Nothing was changed. See all: npx nx show projects`,
  );
}

export function unknownTarget(got: string, project: string | undefined, known: readonly string[]): UserError {
  const [owner, see] = project === undefined ? ['any project', 'projects'] : [project, `project ${project}`];
  return new UserError(
    `${got}: no target of ${owner}. ${didYouMean(got, known)}Nothing was changed. See all: npx nx show ${see}`,
  );
}

export function noCredentials(environment: string, accountId: string): UserError {
  return new UserError(
    `${environment}: no AWS credentials in this shell, expected those of account ${accountId}. Log in, set AWS_PROFILE, and run this again. Nothing was changed.`,
  );
}

export function noIdentity(environment: string, accountId: string, region: string, reason: string): UserError {
  return new UserError(
    `${environment}: AWS (${region}) does not confirm the credentials of this shell: ${reason}. Expected those of account ${accountId}. Log in again and run this again. Nothing was changed.`,
  );
}

export function otherAccount(
  environment: string,
  expected: string,
  got: { readonly accountId: string; readonly arn: string },
): UserError {
  return new UserError(
    `${environment}: the credentials of this shell are of account ${got.accountId} (${got.arn}), expected ${expected}. Take those of that account and run this again. Nothing was changed.`,
  );
}

/** A deployed state that reads what is to be destroyed. */
export interface DeployedReader {
  readonly stack: string;
  readonly state: string;
  readonly region: string;
  /** Whether a stack of this workspace has it. */
  readonly isOfWorkspace: boolean;
}

/**
 * @param states what is to be destroyed
 * @param isWhole whether these are whole stacks; else only the readers' own regions are to be destroyed, too
 */
export function deployedReaders(
  destination: Destination,
  states: readonly string[],
  readers: readonly DeployedReader[],
  isWhole: boolean,
): UserError {
  const one = readers.length === 1;
  return new UserError(
    [
      `${states.join(', ')} (${destination.environment}): cannot be destroyed while ${readers.map(({ state }) => state).join(', ')} ` +
        `${one ? 'is' : 'are'} deployed and read${one ? 's' : ''} what ${states.length === 1 ? 'it publishes' : 'they publish'}. Nothing was changed. Destroy first:`,
      ...destroysOf(destination, readers, isWhole).map((command) => `  ${command}`),
    ].join('\n'),
  );
}

/** Commands that destroy some states, and no more than these where they are not of whole stacks. */
function destroysOf(destination: Destination, readers: readonly DeployedReader[], isWhole: boolean): readonly string[] {
  const orphans = readers.filter(({ isOfWorkspace }) => !isOfWorkspace);
  const own = readers.filter(({ isOfWorkspace }) => isOfWorkspace);
  const regions = isWhole ? [undefined] : [...new Set(own.map(({ region }) => region))].sort();
  const commands = regions.flatMap((region) => {
    const stacks = [
      ...new Set(own.filter((each) => region === undefined || each.region === region).map(({ stack }) => stack)),
    ];
    const only = region === undefined ? '' : ` --region=${region}`;
    return stacks.length === 0
      ? []
      : [`npx nx run-many -t destroy -p ${stacks.join(',')}${only} ${optionsOf(destination)}`];
  });
  return [
    ...orphans.map(({ state }) => `npx --no-install stacks destroy-orphan ${state} ${optionsOf(destination)}`),
    ...commands,
  ];
}

export function recordedStateLost(
  state: string,
  { recorded, at, found }: { readonly recorded: string; readonly at: string; readonly found: string },
  parameter: string,
): UserError {
  return new UserError(
    [
      `${state}: its state holds nothing${found === '' ? '' : ` of lineage ${recorded}, but one of lineage ${found}`}, and it is recorded as deployed (lineage ${recorded}, ${at}). A deploy would make all of it a second time. Nothing was changed.`,
      'Restore the state from its backup or from an older version in its bucket, and run this again. See docs/runbooks/deploying.md.',
      `Only where everything of it is gone on purpose, remove its record: aws ssm delete-parameter --name ${parameter}`,
    ].join('\n'),
  );
}

export function recordTooLong(state: string, bytes: number, longest: number): UserError {
  return new UserError(
    `${state}: its record is of ${bytes} bytes, expected at most ${longest}: the parameter store takes no more. Nothing was changed. Split the state, so that each reads and publishes fewer contracts.`,
  );
}

export function recordNotWritten(state: string, parameter: string, reason: string, consequence: string): UserError {
  return new UserError(`${state}: its record ${parameter} could not be written (${reason}). ${consequence}`);
}

export function recordsNotReadable(environment: string, region: string, path: string, reason: string): UserError {
  return new UserError(
    `${environment}: ${region} does not say what is deployed (${reason}), expected to be allowed ssm:GetParametersByPath on ${path}. Nothing was changed.`,
  );
}

export function invalidAllowedChanges(file: string, reason: string): UserError {
  return new UserError(
    `${file}: ${reason}, expected a list of entries with environment, state, address, action, reason and from. Nothing was changed. See docs/runbooks/deploying.md.`,
  );
}

export function unknownAllowedState(file: string, state: string, known: readonly string[]): UserError {
  return new UserError(
    `${file}: ${state} is no state of the environment. ${didYouMean(state, known)}Nothing was changed. Correct or remove the entry.`,
  );
}

export function allowedChangesUsedUp(
  file: string,
  entries: readonly {
    readonly state: string;
    readonly address: string;
    readonly from: string;
    readonly recorded: string | undefined;
  }[],
): UserError {
  return new UserError(
    [
      `${file}: entries are used up, expected each to be of the commit that is recorded as deployed. Nothing was changed. Take them out, or have them reviewed anew:`,
      ...entries.map(
        ({ state, address, from, recorded }) =>
          `  ${state}: ${address}: from is ${from}, and ${recorded === undefined ? 'no commit is recorded' : `${recorded.slice(0, 12)} is recorded`}`,
      ),
    ].join('\n'),
  );
}

export function allowedChangesUnused(file: string, entries: readonly string[]): UserError {
  return new UserError(
    `${file} allows ${entries.join(', ')}, expected what this deploy would destroy, replace or lose. Nothing was changed. Correct or remove the entries.`,
  );
}

export function notInState(state: string, addresses: readonly string[], known: readonly string[]): UserError {
  const [first = ''] = addresses;
  return new UserError(
    `${state}: holds no ${addresses.join(', ')}, expected addresses of its resources. ${didYouMean(first, known)}Nothing was changed.`,
  );
}

export function addressTaken(state: string, addresses: readonly string[]): UserError {
  return new UserError(
    `${state}: ${addresses.join(', ')} ${addresses.length === 1 ? 'is' : 'are'} another resource there, expected free addresses. Nothing was changed. Name others with --as.`,
  );
}

export function notMoved(state: string, reason: string): UserError {
  return new UserError(`${state}: Terraform refused to move it: ${reason}. Nothing was changed.`);
}

/** The target was not saved. */
export function savedMeanwhile(reason: string): UserError {
  return new UserError(
    `${reason}\nNothing was changed. Where another run had the state, or has saved it meanwhile, type the same command again.`,
  );
}

/** The target was saved, and the source was not. */
export function heldByBoth(from: string, to: string, reason: string): UserError {
  return new UserError(
    `${reason}\n${to} has what was to be moved, and ${from} has it still: a deploy of ${from} would destroy it. Type the same command again before either is deployed.`,
  );
}

export function otherRegions(from: string, to: string): UserError {
  return new UserError(
    `--from and --to are in ${from} and ${to}, expected one region: a resource does not change its own. Nothing was changed.`,
  );
}

/** @param moved addresses that the code of the target has, and that of the source has not */
export function codeNotMoved(
  addresses: readonly string[],
  from: string,
  to: string,
  moved: readonly string[],
): UserError {
  const [first = ''] = addresses;
  return new UserError(
    `${addresses.join(', ')}: expected in the code of ${to} and no more in that of ${from}; the next deploy would destroy what is moved, or make it again. ${didYouMean(first, moved)}Nothing was changed. Move the code first: docs/refactoring.md.`,
  );
}

export function dataNotMoved(addresses: readonly string[]): UserError {
  return new UserError(
    `${addresses.join(', ')}: expected resources; a data source is read anew by the state that has it in its code. Nothing was changed. Leave it out.`,
  );
}

export function damagedState(file: string): UserError {
  return new UserError(
    `${file}: holds no state that can be read, expected Terraform's JSON. Nothing was changed. Look at it; where the account keeps the state elsewhere, remove the file.`,
  );
}

/** @param why in words, without a full stop */
export function duringRecovery(why: string, touched: readonly string[]): UserError {
  const more = touched.length - SHOWN_DIFFERENCES;
  return new UserError(
    [
      `This would change what a recovery moves, and ${why}. Nothing was changed.`,
      ...touched.slice(0, SHOWN_DIFFERENCES).map((change) => `  ${change}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      'Look at it with: npx --no-install recovery status. Wait until a region serves, or type the same command with --during-recovery.',
    ].join('\n'),
  );
}

/** A setting that no deploy changes, with another value than what is deployed has. */
export interface OtherSetting {
  /** `network.zoneCount` */
  readonly path: string;
  readonly deployed: string;
  readonly wanted: string;
}

/** @param steps of each setting that is changed by some, by path; `DeclaredSettings` says how they are written */
export function settingsRefused(
  environment: string,
  others: readonly OtherSetting[],
  steps: Readonly<Record<string, readonly string[]>>,
): UserError {
  const isBySteps = ({ path }: OtherSetting) => steps[path] !== undefined;
  const found = ({ path, deployed, wanted }: OtherSetting) =>
    `${environment}: ${path} is ${wanted}, expected ${deployed}, which what is deployed has`;
  const anew = others.filter((other) => !isBySteps(other));
  return new UserError(
    [
      ...anew.map((other) => `${found(other)}: this change means a new deployment. Nothing was changed.`),
      ...(anew.length > 0 ? newDeployment(environment) : []),
      ...others
        .filter(isBySteps)
        .flatMap((other) => [
          `${found(other)}: this change is made by steps. Nothing was changed.`,
          'Take the change back, or make it so:',
          ...(steps[other.path] ?? []).map((step, index) => `  ${index + 1}. ${fillStep(step, environment, other)}`),
        ]),
    ].join('\n'),
  );
}

function fillStep(step: string, environment: string, { deployed, wanted }: OtherSetting): string {
  return step
    .replaceAll('<environment>', environment)
    .replaceAll('<deployed>', deployed)
    .replaceAll('<wanted>', wanted);
}

export function otherRoot(environment: string, state: string, deployed: string, wanted: string): UserError {
  return new UserError(
    [
      `${environment}: ${state} publishes below ${wanted}, expected ${deployed}, below which what is deployed publishes: another name of the platform or environment means a new deployment. Nothing was changed.`,
      ...newDeployment(environment),
    ].join('\n'),
  );
}

/** @param states that would make or change roles of services @param bootstrap state that says what the account has */
export function noServiceBoundary(
  environment: string,
  boundary: string,
  states: readonly string[],
  bootstrap: string,
  command: string,
): UserError {
  return new UserError(
    `${environment}: ${boundary} is not in the account, expected the boundary that limits the roles of services: ${states.join(', ')} would make or change some, and the bootstrap made none (${bootstrap}). Nothing was changed. As an administrator: ${command}. Run this again then.`,
  );
}

function newDeployment(environment: string): readonly string[] {
  return [
    'Take the change back, or deploy beside the old one and move to it:',
    '  1. Add an environment with a name, a domain and address blocks of its own.',
    '  2. npx nx run-many -t deploy --environment=<new>',
    '  3. Move the data and the clients to it.',
    `  4. npx nx run-many -t destroy --environment=${environment}`,
  ];
}

/** A state that was deployed from a commit that this one does not contain. */
export interface NewerState {
  readonly state: string;
  readonly commit: string;
  readonly by: string;
  readonly at: string;
}

export function deployedFromNewer(environment: string, head: string, states: readonly NewerState[]): UserError {
  const commits = [...new Set(states.map(({ commit }) => commit))];
  return new UserError(
    [
      `${environment}: deployed from commits that ${head.slice(0, 12)} does not contain, expected to deploy over none but its own ancestors. Nothing was changed.`,
      ...states.map(({ state, commit, by, at }) => `  ${state}: ${commit.slice(0, 12)}, by ${by}, ${at}`),
      `Bring them in: git fetch && git merge ${commits.map((commit) => commit.slice(0, 12)).join(' ')} (a clone of a part of the history knows no older ones: git fetch --unshallow).`,
      'Where going back is meant, type the same command with --over-newer.',
    ].join('\n'),
  );
}

export function notConfirmed(stack: string, environment: string): UserError {
  return new UserError(
    `${stack} (${environment}): destroy is not confirmed, expected --yes or a yes at the prompt. Nothing was changed.`,
  );
}

export function projectNotNamed(target: string): UserError {
  return new UserError(
    `nx ${target}: project is missing, expected its name directly after the target. Nothing was changed. Name the stack: npx nx ${target} <stack>, options last.`,
  );
}

export function nxAnsweredNoProjects(reason: string, question: readonly string[]): UserError {
  return new UserError(
    `Nx did not list the projects that this command selects (${reason}), expected a list of them. Nothing was changed. See why: npx nx ${question.join(' ')}.`,
  );
}

export function standardInputIsRead(target: string): UserError {
  return new UserError(
    `nx affected: --stdin is read by Nx alone, expected changed files that the stack plugin sees too. Nothing was changed. Name them: npx nx affected -t ${target} --files=<file>,<file>.`,
  );
}

export function requestNeverRead(project: string, target: string): UserError {
  return new UserError(
    `${project}: ${target} is not known to be requested, expected the stack plugin to have read the command line. Nothing was changed. Add the stack plugin to the plugins of nx.json.`,
  );
}

export function synthFailed(stack: string, environment: string): UserError {
  return new UserError(`${stack} (${environment}): not synthesized. Correct the errors above and run again.`);
}

export function interruptedBefore(state: string): UserError {
  return new UserError(`${state}: interrupted before anything was changed. Run the same command to go on.`);
}

export function interruptedWithin(state: string, done: number, total: number): UserError {
  return new UserError(
    `${state}: interrupted after ${done} of ${total} changes; its state is saved. Run the same command to go on.`,
  );
}

/** Outputs that a state of this run reads, and that this run would remove or change the type of. */
export function plannedOutputsUnfit(
  state: string,
  { contract, region, store }: { readonly contract: string; readonly region: string; readonly store: string },
  unfit: string,
): UserError {
  return new UserError(
    `${state}: contract ${contract} of ${region} as this run would leave it in ${store}: ${unfit}. ` +
      'Keep the output, or have its readers read it no more; then synthesize all stacks from one commit: npx nx run-many -t synth. ' +
      'Nothing was changed.',
  );
}

/** A deployed state that reads an output which a run would remove or retype. */
export interface UnfitReader {
  readonly state: string;
  readonly stack: string;
  /** Whether a stack of this workspace has it: no deploy from here moves another. */
  readonly isOfWorkspace: boolean;
  readonly contract: string;
  readonly region: string;
  /** Outputs in words, with both types. */
  readonly unfit: string;
}

/** @param stacks those of the run */
export function recordedReadersUnfit(
  destination: Destination,
  stacks: readonly string[],
  readers: readonly UnfitReader[],
): UserError {
  const own = readers.filter(({ isOfWorkspace }) => isOfWorkspace);
  const orphans = new Set(readers.filter(({ isOfWorkspace }) => !isOfWorkspace).map(({ state }) => state));
  const both = [...new Set([...stacks, ...own.map(({ stack }) => stack)])].join(',');
  return new UserError(
    [
      'This run would leave outputs unfit that deployed states read, expected to keep them or to deploy their readers in the same run. Nothing was changed.',
      ...readers.map(
        ({ state, contract, region, unfit }) => `  ${state}: reads contract ${contract} of ${region}: ${unfit}`,
      ),
      ...(own.length === 0
        ? []
        : [
            `Keep the outputs, or have the readers read them no more and deploy both: npx nx run-many -t deploy -p ${both} ${optionsOf(destination)}`,
          ]),
      ...[...orphans].map(
        (state) =>
          `No stack of this workspace has ${state}. Keep the outputs; where its stack was deleted, destroy it first: npx --no-install stacks destroy-orphan ${state} ${optionsOf(destination)}`,
      ),
    ].join('\n'),
  );
}

/** A state that was planned and is not applied, since the run was stopped before the first apply. */
export class NotBegunError extends UserError {}

export function notPlanned(because: readonly string[]): NotBegunError {
  return new NotBegunError(
    `not begun, since ${because.join(', ')} could not be planned, expected a plan of every state before the first is applied. Nothing was changed.`,
  );
}

export function planMoved(state: string, changes: readonly string[]): UserError {
  return new UserError(
    `${state}: its plan with the values published now has changes that were not shown: ${changes.join('; ')}. Nothing of this state was changed. Look at its plan and run the same command again.`,
  );
}

export function lossesNotAllowed(
  losses: readonly { readonly state: string; readonly address: string; readonly text: string }[],
): UserError {
  return new UserError(
    [
      'This deploy would destroy or replace what keeps data or a name, or what serves, expected none of it without --allow. Nothing was changed.',
      ...losses.map(({ state, text }) => `  ${state}: ${text}`),
      'Where that is meant, type the same command with:',
      `  ${losses.map(({ state, address }) => quote(`--allow=${state}:${address}`)).join(' ')}`,
    ].join('\n'),
  );
}

export function allowedNothing(entries: readonly string[]): UserError {
  return new UserError(
    `--allow is ${entries.join(', ')}, expected what this deploy would destroy, replace or lose, <state>:<address>, or a setting that it changes by steps. Nothing was changed. Leave it out.`,
  );
}

export function darkRegionsOfDestroy(regions: readonly string[]): UserError {
  return new UserError(
    `${regions.join(', ')} ${regions.length === 1 ? 'does' : 'do'} not answer, expected to: whether anything there still reads what is to be destroyed cannot be known. Nothing was changed. Wait until it answers, or destroy the states of one region with --region.`,
  );
}

export function noStateIn(region: string, known: readonly string[]): UserError {
  return new UserError(
    `--region is ${region}, expected one that a state is in: ${known.join(', ')}. ${didYouMean(region, known)}Nothing was changed.`,
  );
}

export function notAReport(file: string, reason: string): UserError {
  return new UserError(
    `--reviewed is ${file}, expected a report that a plan wrote with --json (${reason}). Nothing was changed. Write one: npx nx plan <stack> --json=${file}`,
  );
}

const SHOWN_DIFFERENCES = 10;

export function notAsReviewed(file: string, differences: readonly string[]): UserError {
  const more = differences.length - SHOWN_DIFFERENCES;
  return new UserError(
    [
      `The plan differs from ${file}, expected the plan that was reviewed. Nothing was changed.`,
      ...differences.slice(0, SHOWN_DIFFERENCES).map((difference) => `  ${difference}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      'Plan again with --json, have it reviewed, and deploy that.',
    ].join('\n'),
  );
}

export function notBegun(): NotBegunError {
  return new NotBegunError('not begun, because of the errors above. Nothing was changed.');
}

export function wouldChange(state: string): UserError {
  return new UserError(`${state}: a deploy would change it, expected nothing to change (--fail-on-changes).`);
}

export function missingValue(option: string, known: readonly string[]): UserError {
  const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'a value';
  return new UserError(`--${option} has no value, expected ${expected}: --${option}=<value>. Nothing was changed.`);
}

export function reportIsFolder(file: string): UserError {
  return new UserError(
    `${file} is a folder, expected a file to write the report to. Nothing was changed. Name a file in it.`,
  );
}

export function noS3Backend(): UserError {
  return new UserError(
    '--backend is s3, expected an environment whose stateBackend is of that kind. Nothing was changed. Name one, or leave the option out.',
  );
}

export function backendOfEmulator(): UserError {
  return new UserError(
    '--backend is s3, expected no such option of an emulator: its states are beside the work folders. Nothing was changed. Leave it out.',
  );
}

export function noStateBackend(environment: string): UserError {
  return new UserError(
    `stateBackend of the environment ${environment} is local, expected s3: only an environment with state buckets is bootstrapped. Nothing was changed. Name another: npx nx run bootstrap:deploy -c <environment>`,
  );
}

export function stateNotThere(place: string, reason: string): UserError {
  return new UserError(
    `${place}: cannot be looked for (${reason}), expected S3 to say whether the state is there. Nothing was changed. Use credentials of an administrator of the account, and run the same command again.`,
  );
}

export function stateMovedOtherwise(
  state: string,
  from: { readonly lineage: string; readonly serial: number },
  to: { readonly lineage: string; readonly serial: number },
): UserError {
  return new UserError(
    `${state}: its bucket holds serial ${to.serial} of ${to.lineage}, expected ${from.serial} of ${from.lineage}, as its file does. The file stays. Delete the one that is not of this account, and run the same command again.`,
  );
}

export function noWorkflowToken(): UserError {
  return new UserError(
    'DR_DEPLOY_ROLES is github, expected it in a job of GitHub with the permission id-token: write only. Nothing was changed. Unset it, and use credentials of your own.',
  );
}

export function deployRoleRefused(stack: string, arn: string, reason: string): UserError {
  return new UserError(
    `${stack}: role ${arn} cannot be taken (${reason}), expected it to trust this job. Nothing of ${stack} was changed. Make it with: npx nx run bootstrap:deploy -c <environment>, and run the job in the environment of that name.`,
  );
}
