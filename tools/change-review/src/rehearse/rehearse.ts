import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '@dr/command-line';
import type { PlanReport } from '@dr/stack-plugin/commands';
import { type AllowedChange, readReport, runStacks } from '@dr/stack-plugin/engine';
import type { SynthesizedRevision } from '../revision/synthesized-revision';
import { isAllowed } from './allowed-since';

/** Deploys of a rehearsal. */
export interface Rehearsal {
  readonly workspaceRoot: string;
  readonly environment: string;
  readonly before: SynthesizedRevision;
  readonly after: SynthesizedRevision;
  /** Losses that are on purpose. */
  readonly allowed: readonly AllowedChange[];
  /** Absolute: removed by the caller. */
  readonly folder: string;
  readonly interrupt: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * Deploys a base into the empty sandbox account of this process, and another revision over it, both by the engine of this
 * program: states that are synthesized alike and read the same are left as they are.
 *
 * @returns the second deploy
 * @throws CommandError where the base cannot be deployed, or UserError where the second deploy cannot begin
 */
export async function rehearseDeploys(rehearsal: Rehearsal): Promise<PlanReport> {
  const { before, after, allowed, folder } = rehearsal;
  const failures = await deploy(rehearsal, 'base', before, {});
  if (failures.length > 0) {
    throw new CommandError(`the base cannot be deployed into an empty account.\n${failures.join('\n')}`);
  }
  const json = join(folder, 'deploy.json');
  await deploy(rehearsal, 'head', after, {
    reports: { json },
    permits: (loss) => isAllowed(allowed, loss),
  });
  return readReport(json);
}

/** @returns the failure of each stack that failed */
async function deploy(
  { workspaceRoot, environment, folder, interrupt, say }: Rehearsal,
  name: string,
  { folder: source, manifests }: SynthesizedRevision,
  more: Partial<Parameters<typeof runStacks>[0]>,
): Promise<readonly string[]> {
  const stacks = manifests.map(({ stack }) => stack);
  const results = await runStacks({
    stacks,
    workspaceStacks: stacks,
    edges: [],
    environment,
    account: 'sandbox',
    allow: [],
    reports: {},
    lock: true,
    skipUnchanged: true,
    overNewer: true,
    duringRecovery: false,
    failOnChanges: false,
    workspaceRoot: stageOf(workspaceRoot, source, join(folder, name)),
    mode: 'deploy',
    interrupt,
    sink: { isTTY: false, columns: 80, write: (text) => say(text.trimEnd()) },
    confirmDestroy: () => Promise.resolve(false),
    ...more,
  });
  return [...results.values()].flatMap((error) => (error === undefined ? [] : [error.message]));
}

/**
 * A folder that the engine takes for a workspace: what is synthesized in one, and the tools of another. It is no git
 * repository, and has no allowed-changes.json.
 */
function stageOf(workspaceRoot: string, source: string, stage: string): string {
  mkdirSync(join(stage, 'dist'), { recursive: true });
  for (const [from, entry] of [
    [workspaceRoot, 'node_modules'],
    [workspaceRoot, 'tools'],
    [workspaceRoot, 'dist/tools'],
    [source, 'dist/synth'],
  ] as const) {
    if (existsSync(join(from, entry))) symlinkSync(join(from, entry), join(stage, entry));
  }
  const lockFile = join(source, '.terraform.lock.hcl');
  if (existsSync(lockFile)) cpSync(lockFile, join(stage, '.terraform.lock.hcl'));
  return stage;
}
