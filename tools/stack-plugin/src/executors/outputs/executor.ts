import type { StateEntry } from '@dr/state-manifest';
import type { ExecutorContext } from '@nx/devkit';
import { openAccount } from '../../accounts/open-account';
import { clientSettings } from '../../records/account-client';
import { openParameterStore } from '../../records/parameter-store';
import { accountSettings, synthesizedOf } from '../../engine/synthesized';
import { projectOf, reportingProblems } from '../executor-context';
import { formatOutputs, type PublishedContract } from './format-outputs';

export interface OutputsOptions {
  readonly environment: string;
  readonly account: string;
  readonly format: 'table' | 'json';
}

/** Prints what a stack published, from the parameter stores themselves: what readers would get. */
export default function outputsExecutor(
  { environment, account: accountName, format }: OutputsOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return reportingProblems(async () => {
    const { name } = projectOf(context);
    const synthesized = synthesizedOf(context.root, environment);
    const manifest = await synthesized.readManifest(name);
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const account = await openAccount(accountName, context.root, say);
    const entry = manifest.states[0] as StateEntry;
    const terraformJson = await synthesized.readTerraformJson({ stack: name, entry });
    const { described } = await account.confirm(accountSettings(environment, entry, terraformJson));
    say(`environment ${environment}, ${described}`);
    const store = await openParameterStore(await clientSettings(account, context.root));
    const contracts: PublishedContract[] = [];
    for (const address of manifest.states.flatMap((state) => state.publishes)) {
      const path = `${manifest.parameterRoot}/${address.region}/${address.contract}`;
      contracts.push({ ...address, values: await store.readFolder(path, address.store) });
    }
    process.stdout.write(formatOutputs(contracts, format));
  });
}
