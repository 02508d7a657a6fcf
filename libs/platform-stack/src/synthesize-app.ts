import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parameterRootOf } from '@dr/stack-contracts';
import {
  type DeclaredSettings,
  folderDigest,
  readFolderFiles,
  STATE_MANIFEST_FILE,
  type StateManifest,
} from '@dr/state-manifest';
import { App } from 'cdktf';
import { type ChangedToken, changedTokens, creationOf, tracing } from './changed-tokens';
import { describeFailure, sourceOf } from './locate-defect';
import type { PlatformEnvironment } from './platform-environment';
import { PlatformState, type PlatformStateProps } from './platform-state';

/** Identity of a stack: its Nx app and the team that owns it. */
export interface StackIdentity {
  readonly name: string;
  readonly owner: string;
}

/** A stack, and where its settings come from. */
export interface StackAppOptions<Environment extends PlatformEnvironment> extends StackIdentity {
  /** The settings of the environment that the command line names. @throws with a message for the user */
  readonly loadEnvironment: (name: string) => Environment;
  /**
   * Settings of which another value means steps or a new deployment: they are recorded, and a deploy that changes one is
   * refused with what to do.
   * @default none
   */
  readonly lastingSettings?: (environment: Environment) => DeclaredSettings;
}

/** The CDKTF app of one stack in one environment: the scope of all its states. */
export class PlatformApp<Environment extends PlatformEnvironment = PlatformEnvironment> extends App {
  /** Properties that every state of this stack passes on to {@link PlatformState}, except the region. */
  readonly stateProps: Omit<PlatformStateProps<Environment>, 'region'>;

  constructor(identity: StackIdentity, environment: Environment, outdir: string) {
    // Stack traces hold absolute paths; the output is the same on every machine.
    super({ outdir, stackTraces: false });
    this.stateProps = { stackName: identity.name, owner: identity.owner, environment };
  }

  get environment(): Environment {
    return this.stateProps.environment;
  }

  /** Both serving regions, the primary first. */
  get servingRegions(): readonly string[] {
    const { primary, standby } = this.environment.regions;
    return [primary.name, standby.name];
  }
}

/**
 * Synthesizes a stack's states for one environment into `outdir`, with the manifest of what they publish and read.
 *
 * @returns the manifest as written
 * @throws for each value that JavaScript made of an output's token, with the line that made its construct
 */
export function synthesizeStack<Environment extends PlatformEnvironment>(
  identity: StackIdentity,
  environment: Environment,
  outdir: string,
  define: (app: PlatformApp<Environment>) => void,
  settings?: DeclaredSettings,
): StateManifest {
  mkdirSync(outdir, { recursive: true });
  const app = new PlatformApp(identity, environment, outdir);
  define(app);
  app.synth();

  const states = app.node.children
    .filter((child): child is PlatformState => child instanceof PlatformState)
    .map((state) => ({
      name: state.node.id,
      region: state.region,
      folder: `stacks/${state.node.id}`,
      digest: folderDigest(readFolderFiles(join(outdir, 'stacks', state.node.id))),
      publishes: state.publishedContracts,
      reads: state.readContracts,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const manifest: StateManifest = {
    version: 1,
    stack: identity.name,
    owner: identity.owner,
    environment: environment.name,
    parameterRoot: parameterRootOf(environment),
    ...(settings && { settings }),
    states,
  };
  const changed = states.flatMap(({ name, folder }) =>
    changedTokens(name, JSON.parse(readFileSync(join(outdir, folder, 'cdk.tf.json'), 'utf8'))),
  );
  if (changed.length > 0) throw tokensChanged(changed, placesOf(changed, identity, environment, define));
  writeFileSync(join(outdir, STATE_MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Source position of the construct of each changed token: found by defining the stack once more, with traces. */
function placesOf<Environment extends PlatformEnvironment>(
  changed: readonly ChangedToken[],
  identity: StackIdentity,
  environment: Environment,
  define: (app: PlatformApp<Environment>) => void,
): readonly (string | undefined)[] {
  const outdir = mkdtempSync(join(tmpdir(), 'dr-traced-'));
  try {
    const app = new PlatformApp(identity, environment, outdir);
    tracing(() => define(app));
    return changed.map((token) => {
      const calls = (creationOf(app, token) ?? []).map((call) => `    at ${call}`);
      return sourceOf(identity.name, calls.join('\n'));
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function tokensChanged(changed: readonly ChangedToken[], places: readonly (string | undefined)[]): Error {
  const lines = changed.map(({ state, path, value }, index) => {
    const place = places[index] === undefined ? '' : `, made at ${places[index]}`;
    return (
      `${state}: ${path.join('.')}${place} is ${JSON.stringify(value)}, expected a value that Terraform knows: JavaScript ` +
      "worked on the token of an output or attribute. Use Terraform's functions: outputFn of @dr/stack-contracts."
    );
  });
  return new Error(lines.join('\n'));
}

const USAGE = `Usage: node main.js --environment <name> --outdir <folder>

Synthesizes this stack's Terraform JSON, one folder a state, and states.json, the manifest of what they publish and read.
`;

/**
 * A stack app's composition root: reads `--environment` and `--outdir`, synthesizes, and says what is wrong in words.
 * Exits with 1 on a problem of the settings or the definition.
 */
export function runStackApp<Environment extends PlatformEnvironment>(
  { loadEnvironment, lastingSettings, ...identity }: StackAppOptions<Environment>,
  define: (app: PlatformApp<Environment>) => void,
): void {
  try {
    const { values } = parseArgs({
      options: { environment: { type: 'string' }, outdir: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return;
    }
    const { environment, outdir } = values;
    if (!environment || !outdir) {
      const missing = environment ? '--outdir' : '--environment';
      throw new Error(`${identity.name}: ${missing} is missing, expected a value. See --help.`);
    }
    const settings = loadEnvironment(environment);
    synthesizeStack(identity, settings, outdir, define, lastingSettings?.(settings));
  } catch (error) {
    const failure = error as Error;
    process.stderr.write(`${process.env['DR_DEBUG'] ? failure.stack : describeFailure(identity.name, failure)}\n`);
    process.exitCode = 1;
  }
}
