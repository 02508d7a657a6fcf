/** Terraform is killed in the middle of a deploy, and what it made and left in no state is named and taken into it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { importKindOf, kindOfArn, KNOWN_TYPES } from '@dr/stack-plugin/engine';
import { KilledState } from './killed-apply';
import { ENVIRONMENTS, readResources } from './synthesized';
import { snapshotFolder } from './workspace';

/** A file of the account. */
interface DeployedResource {
  readonly type: string;
  readonly arn?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const state = new KilledState('network', 'network-us-east-1');

beforeAll(() => state.open());
afterAll(() => state.close());

describe('Terraform that is killed', () => {
  // A failure is repeated by its seed: the state of the account, the moment and the pause follow from it.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('of seed %i converges with the next deploy, after a repair', async (seed) => {
    const killed = await state.kill(seed);

    expect(state.outcomeOf(killed)).toEqual(state.converged);
  });
});

describe('the command reconcile', () => {
  const RECORD = { Name: '/dr/local/us-east-1/_states/network-us-east-1' };
  const record = {
    ...{ version: 1, stack: 'network', owner: 'network-team', regions: [], publishes: [], reads: [] },
    ...{ configuration: { terraform: {}, provider: { aws: [] } }, by: 'somebody', at: '2026-11-27T00:00:00.000Z' },
    outcome: 'applying',
  };

  it('lists what was lost with status 1, repairs it with --yes, and says that the deploy has ended', async () => {
    const client = new SSMClient({
      region: 'us-east-1',
      endpoint: state.account.endpoint,
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    });
    const reconcile = (options: string) => state.account.type(`npx --no-install stacks reconcile ${options}`.trim());
    const repairAfter = async (seed: number) => {
      const results: Awaited<ReturnType<typeof reconcile>>[] = [];
      let ended = '';
      const killed = await state.kill(seed, async () => {
        await client.send(new PutParameterCommand({ ...RECORD, Value: JSON.stringify(record), Type: 'String' }));
        results.push(await reconcile('network-us-east-1'), await reconcile('--yes'));
        ended = (await client.send(new GetParameterCommand(RECORD))).Parameter?.Value ?? '';
        return undefined;
      });
      return { killed, ended, listed: results[0], repaired: results[1] };
    };
    // A kill meets its moment within milliseconds: one that came before any call had left loses nothing.
    let story = await repairAfter(0);
    for (const seed of [10, 11]) if (!story.listed?.output.includes(' import ')) story = await repairAfter(seed);
    client.destroy();
    const { ended, killed, listed, repaired } = story;

    expect([listed?.status, repaired?.status]).toEqual([1, 0]);
    expect(killed.refusal).toMatch(/^ {2}npx --no-install stacks reconcile network-us-east-1 --environment=local/m);
    expect(listed?.output).toMatch(
      /^network-us-east-1:\n {2}its apply was killed at 20\S+Z: \d+ resources made, \d+ begun$/m,
    );
    expect(listed?.output).toMatch(
      new RegExp(`^ {6}terraform -chdir=${state.workFolder} import 'aws_\\w+\\.\\w+' '[^']+'$`, 'm'),
    );
    expect(repaired?.output).toMatch(/^ {2}taken into the state, \d+:$/m);
    expect(repaired?.output).toContain('deploy it again: npx nx deploy network');
    expect(JSON.parse(ended)).toMatchObject({ outcome: 'failed', serial: expect.any(Number) });
    expect({ ...killed, resources: without(killed.resources, 'aws_ssm_parameter') }).toMatchObject({
      failure: undefined,
      changesLeft: [],
      resources: without(state.expected, 'aws_ssm_parameter'),
    });
  });
});

describe('the table of import ids', () => {
  const folder = join(snapshotFolder('local'), 'sandbox/account');
  const snapshot = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as DeployedResource);

  it('has an entry for every type of the platform, and for no other', () => {
    const types = ENVIRONMENTS.flatMap((environment) => readResources(environment).map(({ type }) => type));

    expect(KNOWN_TYPES.toSorted()).toEqual([...new Set(types)].sort());
  });

  it('finds by its ARN each resource that is deployed and found by tags, and takes none for another type', () => {
    const found = snapshot.flatMap(({ type, arn = '', attributes }) =>
      importKindOf(type).arns === undefined ? [] : [[type, importKindOf(type).arns?.idIn(arn), attributes['id']]],
    );
    const taken = snapshot.filter(({ type, arn = '' }) => {
      const pattern = kindOfArn(arn)?.kind.arns?.pattern;
      return pattern !== undefined && pattern !== importKindOf(type).arns?.pattern;
    });

    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(([, inArn, id]) => inArn !== id)).toEqual([]);
    expect(taken).toEqual([]);
  });
});

function without(counts: Readonly<Record<string, number>>, type: string): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([each]) => each !== type));
}
