import type { ExecutorContext } from '@nx/devkit';
import type { StateEntry } from '@dr/state-manifest';
import type { Backend } from '../../accounts/terraform-account';
import { openAccount } from '../../accounts/open-account';
import { workFolderOf } from '../../engine/folders';
import { isInBucket, moveIntoBucket, stateObjectOf } from '../../engine/move-state';
import { stateOptions } from '../../engine/state-options';
import type { StateRunOptions } from '../../engine/state-run';
import { synthesizedOf } from '../../engine/synthesized';
import { UserError } from '../../errors';
import { runNx, synthesisOf } from '../../nx-process';
import { clientSettings } from '../../records/account-client';
import { buildStack } from '../build/build-stack';
import type { StackProject } from '../executor-context';
import { runStacksOf, type RunStacksExecutorOptions } from '../run-stacks-executor';
import { synthesizeBundle } from '../synth/synthesize-bundle';

/**
 * Deploys what deploys need. It is synthesized here and not by a task before it: where it was not asked for nothing of it
 * is made. Its state is beside its work folder until the bucket is there that it makes, and from then on in there.
 *
 * @returns whether it succeeded
 */
export async function deployBootstrap(
  project: StackProject,
  options: RunStacksExecutorOptions,
  context: ExecutorContext,
): Promise<boolean> {
  const { root: workspaceRoot } = context;
  const { environment } = options;
  const { status, output } = await runNx(workspaceRoot, synthesisOf(environment));
  if (status !== 0) throw new UserError(`${environment}: the stacks cannot be synthesized.\n${output.trim()}`);
  await buildStack(workspaceRoot, project);
  await synthesizeBundle(workspaceRoot, project, { environment });

  const states = await openStates(project.name, options, workspaceRoot);
  const isMoved = await states.isMoved();
  // One that died after the bucket had it.
  if (isMoved) await states.move();
  const { failures } = await runStacksOf('deploy', [project.name], [], options, context, {
    backend: isMoved ? 's3' : 'local',
    recorded: false,
  });
  if (failures.get(project.name) !== undefined) return false;
  if (!isMoved) {
    const moved = await states.move();
    if (moved !== undefined) process.stdout.write(`${moved}\n`);
  }
  return true;
}

/** The one state of the bootstrap, and where it may be. */
async function openStates(
  stack: string,
  { environment, account: accountName }: RunStacksExecutorOptions,
  workspaceRoot: string,
): Promise<{ isMoved(): Promise<boolean>; move(): Promise<string | undefined> }> {
  const synthesized = synthesizedOf(workspaceRoot, environment);
  const { states } = await synthesized.readManifest(stack);
  if (states.length !== 1) throw new Error(`${stack}: has ${states.length} states, expected one`);
  const [entry] = states as readonly [StateEntry];
  const terraformJson = await synthesized.readTerraformJson({ stack, entry });
  const object = stateObjectOf(environment, terraformJson);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const destination = { environment, account: accountName };
  const commandLine = `nx run ${stack}:deploy --environment=${environment} --account=${accountName}`;

  async function optionsWith(backend: Backend): Promise<StateRunOptions> {
    const account = await openAccount(accountName, workspaceRoot, say, backend);
    const optionsOf = await stateOptions({ account, destination, synthesized }, { workspaceRoot, say });
    return optionsOf({ stack, entry }, commandLine);
  }

  const client = await clientSettings(await openAccount(accountName, workspaceRoot, say), workspaceRoot);
  return {
    isMoved: () => isInBucket(client, object),
    async move() {
      const beside = await optionsWith('local');
      const workFolder = workFolderOf(workspaceRoot, accountName, environment, `${entry.name}-move`);
      const remote = { ...(await optionsWith('s3')), workFolder };
      const moved = await moveIntoBucket({ beside, remote, object, client });
      return moved && `${entry.name}: state moved to s3://${object.bucket}/${object.key}, serial ${moved.serial}`;
    },
  };
}
