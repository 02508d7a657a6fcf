/**
 * Every setting is changed, and planned over what is deployed as docs/settings.md says: in place, with what it takes away,
 * or refused. Changes in place are planned all at once, the others one by one; of each, the states that it alters, and
 * those that read a value that it changes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, loadEnvironment } from '@dr/environments';
import { type SettingChange, settingChanges, withChanges } from './settings/setting-changes';
import { SettingsWorkspace, type StacksRun } from './settings/settings-workspace';
import { readersOf, stateHashes } from './settings/synthesized-states';
import { SYNTHESIZED } from './synthesized';
import { type CommandResult, TestAccount } from './workspace';

const local = loadEnvironment('local');
const changes = settingChanges(local);

/** Settings that tools read and no state: the budget is computed from them. */
const READ_BY_NO_STATE = ['objectives.entryRecoverySeconds', 'objectives.sqlRecoverySeconds'];

const isRefused = ({ setting, isLower }: SettingChange) =>
  setting.change === 'new deployment' || setting.change === 'by steps' || (setting.growsOnly === true && isLower);
const refused = changes.filter(isRefused);
const bySteps = refused.filter(({ setting }) => setting.change === 'by steps');
const anew = refused.filter((change) => !bySteps.includes(change));
const made = changes.filter((change) => !isRefused(change));
/** Changes of which nothing may be replaced or removed, whatever comes with them. */
const inPlace = made.filter(({ setting }) => setting.change === 'in place' && setting.takesAway === undefined);
const alone = made.filter((change) => !inPlace.includes(change));

/** A change in a plan's report. */
interface PlannedChange {
  readonly type: string;
  readonly action: string;
  readonly attributes: readonly { readonly forcesReplacement?: true; readonly unknown?: true }[];
}

/**
 * Whether a resource is planned to be replaced only for values that are not published yet: one zone more makes the whole
 * list of route tables unknown. What becomes of it is shown by the nightly deploys.
 */
function mayStay({ action, attributes }: PlannedChange): boolean {
  const forcing = attributes.filter(({ forcesReplacement }) => forcesReplacement);
  return action === 'replace' && forcing.length > 0 && forcing.every(({ unknown }) => unknown);
}

interface Planned extends CommandResult {
  /** Changes other than creations and updates. */
  readonly losses: readonly { readonly state: string; readonly action: string; readonly type: string }[];
  /** States that would publish another value. */
  readonly republishing: readonly string[];
}

const workspace = new SettingsWorkspace();
const account = TestAccount.deployed('local');
/** Folder of what is synthesized, by the name of the change. */
let folders: ReadonlyMap<string, string>;
/** States that a change alters, by its name. */
let altered: ReadonlyMap<string, ReadonlySet<string>>;
const ALL_IN_PLACE = 'all changes in place';

beforeAll(async () => {
  await workspace.build();
  await account.start();
  const environments = new Map<string, Environment>([
    ['none', local],
    ...made.map(({ name, to }) => [name, to] as const),
    [ALL_IN_PLACE, withChanges(local, inPlace)],
  ]);
  const synthesized = await workspace.synthesize([...environments.values()]);
  folders = new Map([...environments.keys()].map((name, index) => [name, synthesized[index] as string]));
  const deployed = stateHashes(join(SYNTHESIZED, 'local'));
  altered = new Map(
    [...folders].map(([name, folder]) => {
      const hashes = stateHashes(folder);
      const names = [...new Set([...deployed.keys(), ...hashes.keys()])];
      return [name, new Set(names.filter((state) => hashes.get(state) !== deployed.get(state)))];
    }),
  );
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

const folderOf = (name: string) => folders.get(name) as string;
const alteredBy = (name: string) => altered.get(name) as ReadonlySet<string>;

/** Plans the states that changes alter, and then again with the readers of those that would publish other values. */
async function plan(names: readonly string[]): Promise<ReadonlyMap<string, Planned>> {
  const first = await planStates(names.map((name) => [name, alteredBy(name)]));
  const wider = [...first].flatMap(([name, { republishing }]): [string, ReadonlySet<string>][] => {
    const readers = readersOf(folderOf(name), republishing).filter((state) => !alteredBy(name).has(state));
    return readers.length === 0 ? [] : [[name, new Set([...alteredBy(name), ...readers])]];
  });
  return new Map([...first, ...(await planStates(wider))]);
}

async function planStates(runs: readonly (readonly [string, ReadonlySet<string>])[]): Promise<Map<string, Planned>> {
  const report = (index: number) => join(account.home, `plan-${index}.json`);
  const results = await workspace.runStacks(
    runs.map(([name, states], index): StacksRun => {
      return { mode: 'plan', synthesized: folderOf(name), states, options: { json: report(index) } };
    }),
    account.variables(),
  );
  return new Map(
    runs.map(([name], index) => {
      const result = results[index] as CommandResult;
      if (!existsSync(report(index))) throw new Error(result.output);
      const { states } = JSON.parse(readFileSync(report(index), 'utf8')) as {
        readonly states: readonly {
          readonly state: string;
          readonly provisional: boolean;
          readonly changes: readonly PlannedChange[];
        }[];
      };
      const planned = states.flatMap(({ state, provisional, changes: all }) =>
        all.filter((change) => !(provisional && mayStay(change))).map((change) => ({ state, ...change })),
      );
      return [
        name,
        {
          ...result,
          losses: planned
            .filter(({ action }) => !['create', 'update'].includes(action))
            .map(({ state, action, type }) => ({ state, action, type })),
          republishing: planned.filter(({ type }) => type === 'aws_ssm_parameter').map(({ state }) => state),
        },
      ];
    }),
  );
}

it('what is synthesized without a change is what is deployed, byte for byte', () => {
  expect([...alteredBy('none')]).toEqual([]);
});

it('a name of an environment other than its file is not synthesized', async () => {
  await expect(workspace.synthesize([{ ...local, name: 'other' }])).rejects.toThrow(
    'name is "other", expected local, as the file.',
  );
});

it.each(made.map(({ name, setting }) => [name, setting.path]))(
  '%s alters a state, or no state reads it',
  (name, path) => {
    expect(alteredBy(name).size === 0).toBe(READ_BY_NO_STATE.includes(path));
  },
);

it('changes in place, made all at once, replace, remove and forget nothing', async () => {
  const planned = (await plan([ALL_IN_PLACE])).get(ALL_IN_PLACE);

  expect(planned?.output).toContain('to change');
  expect(planned).toMatchObject({ status: 0, losses: [] });
});

describe('a change that takes something away', () => {
  let planned: ReadonlyMap<string, Planned>;
  beforeAll(async () => {
    planned = await plan(alone.map(({ name }) => name));
  });

  it.each(alone.map(({ name, setting }) => ({ name, setting })))(
    'takes away only what the page says: $name',
    ({ name, setting: { takesAway = [], change } }) => {
      const { status, losses, output } = planned.get(name) as Planned;

      expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
      expect(losses.filter(({ type }) => !takesAway.includes(type))).toEqual([]);
      if (change === 'replacement')
        expect(losses.map(({ type }) => type)).toEqual(expect.arrayContaining([...takesAway]));
    },
  );
});

describe('a change that no deploy makes by itself', () => {
  let results: ReadonlyMap<string, CommandResult>;
  beforeAll(async () => {
    // All stacks hold the same settings: one of them is enough.
    const synthesized = await workspace.synthesize(
      refused.map(({ to }) => to),
      ['network'],
    );
    const runs = refused.map(({ setting }, index): StacksRun => {
      // Another platform's records are looked for elsewhere: one state, planned, is enough to see it.
      const states = setting.path === 'platform' ? new Set(['dns-zone-us-west-2']) : undefined;
      return { mode: 'deploy', synthesized: synthesized[index] as string, ...(states && { states }) };
    });
    const done = await workspace.runStacks(runs, account.variables());
    results = new Map(refused.map(({ name }, index) => [name, done[index] as CommandResult]));
  });

  it.each(bySteps.map(({ name, setting }) => ({ name, setting })))(
    'is refused before the first apply, with its steps in order: $name',
    ({ name, setting: { path, steps = [] } }) => {
      const { status, output } = results.get(name) ?? {};
      const [, deployed = '', wanted = ''] = /: "?([^"]+)"? → "?([^"]+)"?$/.exec(name) ?? [];
      const values: Readonly<Record<string, string>> = { environment: 'local', deployed, wanted };
      const filled = steps.map(
        (step, index) =>
          `  ${index + 1}. ${step.replaceAll(/<(environment|deployed|wanted)>/g, (_all, of) => values[of] ?? '')}`,
      );

      expect(status).toBe(1);
      expect(output).toContain(
        [
          `local: ${path} is ${wanted}, expected ${deployed}, which what is deployed has: this change is made by steps. Nothing was changed.`,
          'Take the change back, or make it so:',
          ...filled,
        ].join('\n'),
      );
      expect(filled.length).toBeGreaterThan(1);
    },
  );

  it.each(anew.map(({ name, setting }) => [name, setting.path]))(
    'is refused before the first apply, with how to deploy anew: %s',
    (name, path) => {
      const { status, output } = results.get(name) ?? {};
      const named: Readonly<Record<string, string>> = {
        platform: 'dns-zone-us-west-2 publishes below /other/local, expected /dr/local',
        // Deployed is a state backend without buckets.
        'stateBackend.bucketPrefix': 'stateBackend.kind is s3, expected local',
      };

      expect(status).toBe(1);
      expect(output).toContain(`local: ${named[path] ?? `${path} is `}`);
      expect(output).toContain('means a new deployment. Nothing was changed.');
      expect(output).toContain('npx nx run-many -t deploy --environment=<new>');
      // What is deployed serves: with the settings that it has it is no stray.
      expect(output).not.toContain('destroy-orphan');
    },
  );
});

describe('a version of PostgreSQL', () => {
  it('that Aurora does not offer is refused before the first apply', async () => {
    const wanted = { ...local, database: { ...local.database, engineVersion: '16.7', backupRetentionDays: 2 } };
    const [synthesized = ''] = await workspace.synthesize([wanted]);
    const kept = () =>
      Object.fromEntries(account.accountFiles().map((file) => [file, readFileSync(fileOf(file), 'utf8')]));
    const fileOf = (file: string) => join(account.sandboxHome, 'account', file);
    const before = kept();

    const [run] = await workspace.runStacks([{ mode: 'deploy', synthesized }], account.variables());

    expect(run?.status).toBe(1);
    expect(run?.output).toContain(
      'error: reading RDS Engine Version: no RDS engine versions found: aurora-postgresql 16.7',
    );
    expect(run?.output).toContain('expected a plan of every state before the first is applied. Nothing was changed.');
    expect(kept()).toEqual(before);
  });
});
