/** All stacks are deployed, looked at, deployed again, killed, interrupted and destroyed by Nx's commands. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ContractAddress } from '@dr/state-manifest';
import { promisedResources, readManifest, STACKS } from './synthesized';
import { outputOf, TestAccount, WORKSPACE } from './workspace';

const opened: TestAccount[] = [];
function account(open: () => TestAccount): TestAccount {
  const one = open();
  opened.push(one);
  return one;
}
const emptyAccount = () => account(() => new TestAccount());
const deployedAccount = () => account(() => TestAccount.deployed('local'));
afterAll(() => Promise.all(opened.map((one) => one.dispose())));

const STATES = Object.keys(promisedResources('local')).length;
const NETWORK = promisedResources('local', ['network']);
const EAST = 'us-east-1';
const WEST = 'us-west-2';

/** The stacks of `<stack>: <verb> in …` lines, in the order they came. */
function finished(output: string, verb: 'deployed' | 'destroyed'): string[] {
  return [...output.matchAll(new RegExp(`^(\\S+): ${verb}, .* of \\d+ states?`, 'gm'))].map(
    ([, stack]) => stack as string,
  );
}

const key = ({ contract, region, store }: ContractAddress) => [contract, region, store].join(' ');

/** `publisher before reader` for each stack that was destroyed before one that reads it. */
function destroyedTooEarly(stacks: readonly string[]): string[] {
  const states = STACKS.map((stack) => readManifest('local', stack));
  const addresses = (stack: string, of: 'reads' | 'publishes') =>
    states
      .filter((manifest) => manifest.stack === stack)
      .flatMap((manifest) => manifest.states.flatMap((state) => state[of].map(key)));
  return stacks.flatMap((publisher, place) => {
    const published = addresses(publisher, 'publishes');
    const later = stacks
      .slice(place + 1)
      .filter((reader) => addresses(reader, 'reads').some((one) => published.includes(one)));
    return later.map((reader) => `${publisher} before ${reader}`);
  });
}

/** `reader before publisher` for each state that was deployed before what it reads was. */
function begunTooEarly(output: string): string[] {
  const states = STACKS.flatMap((stack) => readManifest('local', stack).states);
  return states.flatMap((reader) => {
    const reads = reader.reads.map(key);
    return states
      .filter((other) => other !== reader && other.publishes.some((address) => reads.includes(key(address))))
      .filter((other) => output.indexOf(`${reader.name}: deployed`) < output.indexOf(`${other.name}: deployed`))
      .map((other) => `${reader.name} before ${other.name}`);
  });
}

function ssm({ endpoint }: TestAccount, region: string): SSMClient {
  return new SSMClient({ region, endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

/** The attributes of the account's resources of a type in a region, read from the account's own files. */
function resourcesOf(of: TestAccount, region: string, service: string, type: string): Record<string, unknown>[] {
  const files = of.accountFiles().filter((file) => file.startsWith(`${region}/${service}/${type}/`));
  return files.map((file) => JSON.parse(readFileSync(join(of.sandboxHome, 'account', file), 'utf8')).attributes);
}

describe('an empty account', () => {
  it('is given every stack by one command, in the order of the graph, and no change by the same again', async () => {
    const empty = emptyAccount();

    const output = outputOf(await empty.nx('run-many', '-t', 'deploy'));
    const pid = empty.pid;
    const again = outputOf(await empty.nx('run-many', '-t', 'deploy'));

    expect(output).not.toMatch(/\b(error|Error):/);
    expect(finished(output, 'deployed').sort()).toEqual(STACKS);
    expect(begunTooEarly(output)).toEqual([]);
    expect(empty.deployedResources()).toEqual(promisedResources('local'));
    expect(again.match(/: no change$/gm)).toHaveLength(STATES);
    expect(again).not.toMatch(/to (add|change|destroy)/);
    // The account outlived the deploy.
    expect(empty.pid).toBe(pid);
  });

  it('refuses a stack whose inputs were never published, and nothing is made', async () => {
    const empty = emptyAccount();

    const { status, output } = await empty.nx('run', 'compute:deploy');

    expect(status).toBe(1);
    expect(output).toContain(
      'compute in us-east-1 (local): contract network of us-east-1 is not published in us-east-1. Deploy network (us-east-1) first: ',
    );
    expect(output).toContain(
      'Deploy network (us-east-1) first: npx nx deploy network --environment=local --account=sandbox. Nothing was changed.',
    );
    expect(output).toContain('network: deploy was not asked for, left as it is');
    expect(Object.values(empty.deployedResources()).every((count) => count === 0)).toBe(true);
  });
});

describe('a deployed platform that is looked at', () => {
  const looked = deployedAccount();

  it("has the standby's cluster in the primary's global database", () => {
    const [globalCluster] = resourcesOf(looked, EAST, 'rds', 'aws_rds_global_cluster');
    const [standby] = resourcesOf(looked, WEST, 'rds', 'aws_rds_cluster');

    expect(globalCluster?.['global_cluster_identifier']).toBe('dr-local-trading');
    expect(standby?.['global_cluster_identifier']).toBe('dr-local-trading');
  });

  it('keeps the database password out of every state', () => {
    const states = Object.values(looked.stateFiles()).map((file) => readFileSync(file, 'utf8'));
    const written = states.flatMap((state) => [...state.matchAll(/"(\w+)": ("(?:[^"\\]|\\.)*"|null)/g)]);
    const passwords = written.filter(([, name]) => /password(_wo)?$|secret_string(_wo)?$/.test(name ?? ''));

    expect(states).toHaveLength(STATES);
    expect(passwords.length).toBeGreaterThan(0);
    expect(passwords.map(([, , value]) => value).filter((value) => value !== 'null' && value !== '""')).toEqual([]);
  });

  it('shows what a stack published, mirrors too', async () => {
    const output = outputOf(await looked.nx('run', 'compute:outputs', '--format=json'));
    const published = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));

    expect(Object.keys(published)).toEqual([EAST, WEST]);
    expect(published[WEST][EAST].compute['load-balancer-dns-name']).toMatch(/\.us-east-1\.elb\.amazonaws\.com$/);
    expect(published[WEST][WEST].compute['health-check-host']).toMatch(
      /^[a-z0-9]{32}\.lambda-url\.us-west-2\.on\.aws$/,
    );
  });

  it('is not destroyed where a deployed stack reads it: the readers are named', async () => {
    const { status, output } = await looked.nx('run', 'network:destroy');

    expect(status).toBe(1);
    expect(output).toContain(
      'network (local): cannot be destroyed while compute-us-east-1, compute-us-west-2, data-us-east-1, data-us-west-2, ' +
        'global-dns-us-west-2 are deployed and read what it publishes. Nothing was changed. Destroy first:\n' +
        '  npx nx run-many -t destroy -p compute,data,global-dns --environment=local --account=sandbox',
    );
    expect(looked.deployedResources()).toEqual(promisedResources('local'));
  });

  it("is not destroyed in one region where the same stack's states in the other read it", async () => {
    const { status, output } = await looked.runStacks('destroy', { region: 'us-east-1' });

    expect(status).toBe(1);
    expect(output).toContain(
      'Destroy first:\n' +
        '  npx nx run-many -t destroy -p compute,data,network --region=us-west-2 --environment=local --account=sandbox',
    );
    expect(looked.deployedResources()).toEqual(promisedResources('local'));
  });
});

describe('a deployed platform', () => {
  it('has the affected stacks deployed, and what depends on them, and nothing else', async () => {
    const output = outputOf(
      await deployedAccount().nx('affected', '-t', 'deploy', '--files=apps/compute/src/contract.ts'),
    );

    // A stack is done when its last state is; one that reads it waits only for the states that it reads.
    expect(finished(output, 'deployed').sort()).toEqual(['compute', 'global-dns']);
    expect(output.indexOf(`compute-${WEST}: no change`)).toBeGreaterThan(0);
    expect(output.indexOf(`compute-${WEST}: no change`)).toBeLessThan(output.indexOf(`global-dns-${WEST}: no change`));
    expect(output).toContain('network: deploy was not asked for, left as it is');
    expect(output).toContain('data: deploy was not asked for, left as it is');
  });

  it('takes a reader that was built before its owner published more', async () => {
    const one = await deployedAccount().start();
    const put = (name: string, Value: string) =>
      ssm(one, WEST).send(
        new PutParameterCommand({ Name: `/dr/local/${WEST}/network/${name}`, Value, Type: 'String', Overwrite: true }),
      );
    await Promise.all([put('contract-hash', '0123456789ab'), put('added', 'x')]);

    const output = outputOf(await one.runStacks('deploy', { stacks: ['data'] }));

    expect(output).toContain('data-us-west-2: no change');
  });

  it('refuses a reader of outputs that are gone or of another type, before anything is changed', async () => {
    const one = await deployedAccount().start();
    const name = (output: string) => `/dr/local/${WEST}/network/${output}`;
    await ssm(one, WEST).send(new DeleteParameterCommand({ Name: name('database-subnet-ids') }));
    const retyped = { Name: name('database-security-group-id'), Type: 'StringList', Value: 'sg-1,sg-2' } as const;
    await ssm(one, WEST).send(new PutParameterCommand({ ...retyped, Overwrite: true }));

    const { status, output } = await one.nx('run', 'data:deploy');

    expect(status).toBe(1);
    expect(output).toContain(
      'data in us-west-2 (local): contract network of us-west-2 as published in us-west-2: ' +
        'databaseSecurityGroupId is StringList, expected String, databaseSubnetIds is not published, expected StringList. ' +
        'Deploy network (us-west-2) first: npx nx deploy network --environment=local --account=sandbox. ' +
        'Or build data from a commit that reads what is deployed. Nothing was changed.',
    );
    expect(output).toContain('data-us-east-1: no change');
  });

  it('is kept when the account is killed, and goes on with it', async () => {
    const one = await deployedAccount().start();
    const pid = one.pid;
    process.kill(pid, 'SIGKILL');

    const output = outputOf(await one.runStacks('deploy'));

    expect(one.pid).not.toBe(pid);
    expect(output.match(/: no change$/gm)).toHaveLength(STATES);
  });

  it('is destroyed readers first, and leaves an empty account', async () => {
    const one = deployedAccount();

    const output = outputOf(await one.nx('run-many', '-t', 'destroy'));

    expect(finished(output, 'destroyed').sort()).toEqual(STACKS);
    expect(destroyedTooEarly(finished(output, 'destroyed'))).toEqual([]);
    expect(Object.values(one.deployedResources()).every((count) => count === 0)).toBe(true);
    // What AWS keeps too: a key for 30 days after it was deleted, a revision of a task definition for ever.
    expect([...new Set(one.accountFiles().map((file) => file.split('/')[2]))]).toEqual([
      'aws_ecs_task_definition',
      'aws_kms_key',
    ]);
  });

  it('is emptied by reset, with its states, and then deployed anew', async () => {
    const one = await deployedAccount().start();

    const reset = await one.sandbox('reset');
    const left = { resources: one.accountFiles(), states: one.stateFiles() };
    outputOf(await one.runStacks('deploy', { stacks: ['network'] }));

    expect(reset.output).toMatch(/: the account is empty, and keeps no Terraform state, \d+ resources removed/);
    expect(left).toEqual({ resources: [], states: {} });
    expect(one.deployedResources()).toEqual(NETWORK);
  });
});

describe('an interrupted deploy', () => {
  const interrupted = emptyAccount();

  it('lets Terraform finish and save its state, and goes on the next time', async () => {
    const child = spawn('node', ['node_modules/.bin/nx', 'run', 'network:deploy', '--output-style=stream'], {
      cwd: WORKSPACE,
      env: interrupted.variables(),
      detached: true,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const log = join(interrupted.deployment('network-us-east-1'), 'apply.log');
    // The interrupt falls into the middle of the apply: the account stands still from the first finished resource on.
    while (!existsSync(log) || !readFileSync(log, 'utf8').includes('apply_complete')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const pid = interrupted.pid;
    process.kill(pid, 'SIGSTOP');
    process.kill(-(child.pid as number), 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    process.kill(pid, 'SIGCONT');
    await ended;
    await waitForUnlocked(interrupted, ['network-us-east-1', 'network-us-west-2']);
    const kept = interrupted.deployedResources()['network-us-east-1'] ?? 0;

    outputOf(await interrupted.runStacks('deploy', { stacks: ['network'] }));

    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(NETWORK['network-us-east-1'] as number);
    expect(interrupted.deployedResources()).toEqual(NETWORK);
  });
});

/** Nx may end before the deploy that it started; that one holds its locks until Terraform has saved. */
async function waitForUnlocked(of: TestAccount, states: readonly string[]): Promise<void> {
  while (states.some((state) => existsSync(join(of.deployment(state), 'deploy.lock')))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
