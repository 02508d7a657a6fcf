import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { openAccount } from '@dr/stack-plugin/accounts';
import { importKindOf, openReconciliation } from '@dr/stack-plugin/engine';
import { readManifest, STACKS, SYNTHESIZED } from './synthesized';
import { TestAccount, WORKSPACE } from './workspace';

interface StateFile {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** It waits for what it names, and is nothing of the account. */
const NOT_IMPORTED = 'aws_acm_certificate_validation';

describe('everything that is deployed', () => {
  const account = TestAccount.deployed('local');
  const states = STACKS.flatMap((stack) => readManifest('local', stack).states.map((entry) => ({ stack, entry })));
  const initialised = new Map<string, Promise<string>>();
  afterAll(() => account.dispose());

  it.each(states.map(({ entry }) => entry.name))(
    'of %s is imported by the ids of the table, and is as configured',
    async (name) => {
      process.env['DR_SANDBOX_HOME'] = account.sandboxHome;
      process.env['DR_SANDBOX_PORT'] = '0';
      const { stack, entry } = states.find((each) => each.entry.name === name) as (typeof states)[number];
      const { resources } = JSON.parse(readFileSync(account.stateFiles()[name] ?? '', 'utf8')) as StateFile;
      const folder = join(SYNTHESIZED, 'local', stack, entry.folder);
      const terraformJson = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8'));
      const imports = new Map<string, string>();
      for (const { mode, type, name: resource, instances } of resources) {
        const attributes = instances[0]?.attributes ?? {};
        const id = mode === 'managed' ? importKindOf(type).importId(attributes) : undefined;
        const region = terraformJson.resource?.[type]?.[resource]?.region;
        if (id !== undefined) imports.set(`${type}.${resource}`, region === undefined ? id : `${id}@${region}`);
      }

      const state = await openReconciliation({
        entry,
        terraformJson,
        copyFiles: (target) => cp(folder, target, { recursive: true }),
        workFolder: join(account.home, 'imported', name),
        binary: 'terraform',
        account: await openAccount('sandbox', WORKSPACE, () => undefined),
        commandLine: 'nightly',
        destination: { environment: 'local', account: 'sandbox' },
        reconciles: 'list',
        interrupt: new AbortController().signal,
        initialised,
        onProgress: () => undefined,
        onWarning: () => undefined,
      });
      try {
        const trial = await state.planTrial(imports);
        const managed = trial.resources.filter(({ mode }) => mode === 'managed');
        const changed = managed.filter(({ change }) => !change.actions.includes('no-op'));

        expect(trial.missing).toEqual([]);
        expect(managed.filter(({ change }) => change.importing)).toHaveLength(imports.size);
        expect(changed.map(({ type }) => type).filter((type) => type !== NOT_IMPORTED)).toEqual([]);
      } finally {
        await state.close();
      }
    },
  );
});
