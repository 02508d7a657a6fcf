import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, loadEnvironment } from '@dr/environments';
import { type PlatformApp, PlatformState, synthesizeStack } from '@dr/platform-stack';
import type { StateManifest } from '@dr/state-manifest';
import type { Construct } from 'constructs';

/** The arguments of one resource or data source as synthesized. */
export type BlockArguments = Readonly<Record<string, unknown>>;

/** One synthesized state, opened for assertions. */
export class SynthesizedState {
  constructor(readonly json: Readonly<Record<string, unknown>>) {}

  /** All resources of a type, in the order of their logical ids. */
  resources(type: string): readonly BlockArguments[] {
    return this.blocks('resource', type);
  }

  /** All data sources of a type. */
  dataSources(type: string): readonly BlockArguments[] {
    return this.blocks('data', type);
  }

  /** The one resource of a type. @throws when there is none or more than one */
  resource(type: string): BlockArguments {
    const found = this.resources(type);
    if (found.length !== 1) throw new Error(`${type}: found ${found.length}, expected exactly one.`);
    return found[0] as BlockArguments;
  }

  /** How many resources of each type there are. */
  inventory(): Readonly<Record<string, number>> {
    const byType = (this.json['resource'] ?? {}) as Record<string, object>;
    return Object.fromEntries(
      Object.entries(byType)
        .map(([type, resources]) => [type, Object.keys(resources).length] as const)
        .sort(([a], [b]) => a.localeCompare(b, 'en')),
    );
  }

  private blocks(kind: 'resource' | 'data', type: string): readonly BlockArguments[] {
    const byType = (this.json[kind] ?? {}) as Record<string, Record<string, Record<string, unknown>>>;
    return Object.values(byType[type] ?? {}).map(({ '//': _metadata, ...block }) => block);
  }
}

/** Output of a stack app's synthesis. */
export interface SynthesizedStack {
  readonly manifest: StateManifest;
  /** @throws when there is no such state, naming those there are */
  state(name: string): SynthesizedState;
}

/** Synthesizes a stack app for an environment, in a folder that is gone afterwards. */
export function synthesizeForTest(
  define: (app: PlatformApp<Environment>) => void,
  environment: Environment = loadEnvironment('local'),
): SynthesizedStack {
  const outdir = mkdtempSync(join(tmpdir(), 'dr-synth-'));
  try {
    const manifest = synthesizeStack({ name: 'stack-under-test', owner: 'test-team' }, environment, outdir, define);
    const states = new Map(
      manifest.states.map(({ name, folder }) => [
        name,
        new SynthesizedState(JSON.parse(readFileSync(join(outdir, folder, 'cdk.tf.json'), 'utf8'))),
      ]),
    );
    return {
      manifest,
      state(name) {
        const state = states.get(name);
        if (!state)
          throw new Error(`state ${name} is not synthesized, expected one of ${[...states.keys()].join(', ')}.`);
        return state;
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Synthesizes constructs alone, in one state in the primary region. */
export function synthesizeConstructs(
  define: (scope: Construct) => void,
  environment: Environment = loadEnvironment('local'),
): SynthesizedState {
  const region = environment.regions.primary.name;
  return synthesizeForTest((app) => {
    define(new PlatformState(app, 'constructs', { ...app.stateProps, region }));
  }, environment).state('constructs');
}
