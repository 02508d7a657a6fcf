import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsAccount } from '../accounts/aws-account';
import type { StateProgress } from './progress';
import type { ChangeCounts } from './terraform-events';
import { openReconciliation, openState, type StatePlan, stateIsDeployed, type StateRunOptions } from './state-run';

// Real Terraform; `terraform_data` is built in, so nothing is fetched and no account is asked.
jest.setTimeout(30_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-state-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(resources: object, backend: object = { local: { path: 'terraform.tfstate' } }): void {
  mkdirSync(join(folder, 'synth'), { recursive: true });
  const json = { terraform: { backend }, resource: { terraform_data: resources } };
  writeFileSync(join(folder, 'synth/cdk.tf.json'), JSON.stringify(json));
}

const entry = (name: string): StateRunOptions['entry'] => ({
  name,
  region: 'us-east-1',
  folder: `stacks/${name}`,
  digest: '',
  publishes: [],
  reads: [],
});

function options(changes: Partial<StateRunOptions> = {}): StateRunOptions {
  return {
    entry: entry('network-us-east-1'),
    terraformJson: JSON.parse(readFileSync(join(folder, 'synth/cdk.tf.json'), 'utf8')),
    workFolder: join(folder, 'work'),
    binary: 'terraform',
    account: awsAccount,
    commandLine: 'nx run network:deploy',
    destination: { environment: 'local', account: 'sandbox' },
    interrupt: new AbortController().signal,
    initialised: new Map(),
    onProgress: () => undefined,
    onWarning: () => undefined,
    ...changes,
  };
}

const values = (): Record<string, unknown> => {
  const { resources } = JSON.parse(readFileSync(join(folder, 'work/terraform.tfstate'), 'utf8'));
  return Object.fromEntries(
    resources.map((resource: { name: string; instances: [{ attributes: { input: { value: unknown } } }] }) => [
      resource.name,
      resource.instances[0].attributes.input.value,
    ]),
  );
};

const ignorePlan = () => undefined;

/** Plans a state and, unless it is only planned, applies that very plan. */
async function runState(
  run: StateRunOptions,
  mode: 'plan' | 'deploy' | 'destroy',
  onPlan: (plan: StatePlan) => void,
): Promise<ChangeCounts> {
  const state = await openState(run);
  try {
    const plan = await state.plan({ destroy: mode === 'destroy' });
    onPlan(plan);
    return mode === 'plan' || !plan.hasChanges ? plan.counts : await state.apply(plan);
  } finally {
    await state.close();
  }
}

const shell = (command: string) => promisify(execFile)('sh', ['-c', command]);

describe('a state that is opened', () => {
  it('applies what it planned, and then plans no change', async () => {
    write({ a: { input: 'one' }, b: { input: 'two' } });
    const plans: StatePlan[] = [];
    const seen: Partial<StateProgress>[] = [];

    const counts = await runState(options({ onProgress: (change) => seen.push(change) }), 'deploy', (plan) =>
      plans.push(plan),
    );
    const again = await runState(options(), 'deploy', (plan) => plans.push(plan));

    expect(counts).toEqual({ add: 2, change: 0, remove: 0 });
    expect(again).toEqual({ add: 0, change: 0, remove: 0 });
    expect(plans.map(({ changes }) => changes.map(({ action, address }) => `${action} ${address}`).sort())).toEqual([
      ['create terraform_data.a', 'create terraform_data.b'],
      [],
    ]);
    expect(values()).toEqual({ a: 'one', b: 'two' });
    expect(seen.at(-1)).toEqual({ done: 2, current: [] });
    expect(seen).toContainEqual({ phase: 'apply', total: 2, done: 0, current: [] });
  });

  it('is initialised once for states that init would treat alike, in a run', async () => {
    write({ a: { input: 'one' } });
    const initialised = new Map<string, Promise<string>>();
    const other = join(folder, 'other');

    await Promise.all([
      runState(options({ initialised }), 'deploy', ignorePlan),
      runState(options({ initialised, workFolder: other }), 'deploy', ignorePlan),
    ]);
    write({ a: { input: 'one' } }, { local: { path: 'elsewhere.tfstate' } });
    await runState(options({ initialised, workFolder: join(folder, 'third') }), 'deploy', ignorePlan);

    expect([join(folder, 'work'), other].filter((work) => existsSync(join(work, 'init.log')))).toHaveLength(1);
    expect(existsSync(join(other, 'terraform.tfstate'))).toBe(true);
    expect(existsSync(join(folder, 'third/init.log'))).toBe(true);
    expect(existsSync(join(folder, 'third/elsewhere.tfstate'))).toBe(true);
  });

  it('is initialised by itself where that of a state alike failed', async () => {
    write({ a: { input: 'one' } });
    const initialised = new Map<string, Promise<string>>();
    const refusing = join(folder, 'refusing');
    writeFileSync(refusing, '#!/bin/sh\n[ "$PWD" = "$REFUSED" ] && [ "$1" = init ] && exit 1\nexec terraform "$@"\n', {
      mode: 0o755,
    });
    const account = { ...awsAccount, environment: async () => ({ REFUSED: join(folder, 'work') }) };

    const run = (workFolder: string) =>
      runState(options({ initialised, account, binary: refusing, workFolder }), 'deploy', ignorePlan);

    await expect(run(join(folder, 'work'))).rejects.toThrow('network-us-east-1: init failed.');
    await expect(run(join(folder, 'other'))).resolves.toEqual({ add: 1, change: 0, remove: 0 });
  });

  it('changes nothing when it only plans', async () => {
    write({ a: { input: 'one' } });

    const counts = await runState(options(), 'plan', ignorePlan);

    expect(counts).toEqual({ add: 1, change: 0, remove: 0 });
    expect(existsSync(join(folder, 'work/terraform.tfstate'))).toBe(false);
  });

  it('is not moved by a synthesis in the middle of a deploy', async () => {
    write({ a: { input: 'before' } });

    await runState(options(), 'deploy', () => write({ a: { input: 'after' } }));

    expect(values()).toEqual({ a: 'before' });
  });

  it('destroys, and says whether anything is deployed', async () => {
    write({ a: { input: 'one' } });
    await runState(options(), 'deploy', ignorePlan);
    const deployed = await stateIsDeployed(options());

    await runState(options(), 'destroy', ignorePlan);

    expect(deployed).toBe(true);
    expect(await stateIsDeployed(options())).toBe(false);
  });

  it("tells Terraform's refusal once, with its place, and where the log is", async () => {
    write({ a: { input: '${file("not-there.txt")}' } });

    await expect(runState(options(), 'deploy', ignorePlan)).rejects.toThrow(
      new RegExp(
        `^network-us-east-1: plan failed\\.\nerror: Invalid function argument\n  Invalid value for "path"[^]*` +
          `Log: ${join(folder, 'work/plan.log')}$`,
      ),
    );
  });

  it('names the permission that a role lacks, keeps what was made before, and goes on from there', async () => {
    const made = (command: string) => ({
      input: 'two',
      depends_on: ['terraform_data.a'],
      provisioner: [{ 'local-exec': { command } }],
    });
    const refusal =
      'User: arn:aws:sts::222222222222:assumed-role/deploy/a is not authorized to perform: kms:CreateKey on resource: *';
    write({ a: { input: 'one' }, b: made(`echo '${refusal}' && exit 1`) });

    await expect(runState(options(), 'deploy', ignorePlan)).rejects.toThrow(
      /^network-us-east-1: apply failed\.\n[^]*\nnetwork-us-east-1: role deploy of account 222222222222 lacks kms:CreateKey on \*, expected to be allowed\.\nWhoever administers account 222222222222 grants it to deploy\.\nWhat was made before it is in the state\. Run this again then: it goes on from there\. See docs\/runbooks\/deploying\.md\.$/,
    );
    const kept = values();
    write({ a: { input: 'one' }, b: made('true') });
    const counts = await runState(options(), 'deploy', ignorePlan);

    expect(kept['a']).toBe('one');
    expect(counts).toEqual({ add: 1, change: 0, remove: 1 });
  });

  it('is refused while another run holds the state, and takes nothing from it', async () => {
    write({ a: { input: 'one' } });
    let refusal: unknown;

    await runState(options(), 'deploy', () => {
      void runState(options(), 'deploy', ignorePlan).catch((error) => (refusal = error));
    });

    expect(String(refusal)).toMatch(/network-us-east-1: locked by .* \(nx run network:deploy, process \d+/);
    expect(values()).toEqual({ a: 'one' });
  });

  it("waits for Terraform's own lock, and shows who holds it on", async () => {
    write({ a: { input: 'one' } });
    await runState(options(), 'deploy', ignorePlan);
    write({ a: { input: 'two' } });
    const slow = { a: { input: 'three', provisioner: [{ 'local-exec': { command: 'sleep 3' } }] } };
    mkdirSync(join(folder, 'other'));
    writeFileSync(
      join(folder, 'other/cdk.tf.json'),
      JSON.stringify({
        terraform: { backend: { local: { path: join(folder, 'work/terraform.tfstate') } } },
        resource: { terraform_data: { ...slow, b: slow.a } },
      }),
    );
    let other: Promise<unknown> = Promise.resolve();
    await new Promise<void>((making) => {
      other = runState(
        options({
          entry: entry('other'),
          terraformJson: JSON.parse(readFileSync(join(folder, 'other/cdk.tf.json'), 'utf8')),
          workFolder: join(folder, 'other-work'),
          onProgress: ({ current = [] }) => current.length > 0 && making(),
        }),
        'deploy',
        ignorePlan,
      );
    });

    await expect(runState(options({ lockTimeoutSeconds: 0 }), 'deploy', ignorePlan)).rejects.toThrow(
      /Error acquiring the state lock[^]*Operation: +OperationTypeApply\n +Who: +\S+@\S+/,
    );
    // Given time it waits for the other to end.
    await expect(runState(options(), 'plan', ignorePlan)).resolves.toBeDefined();
    await expect(Promise.race([other, Promise.resolve('still going')])).resolves.not.toBe('still going');
  });

  it('asks Terraform to stop when it is interrupted, keeps its state, and goes on the next time', async () => {
    const slow = [{ 'local-exec': { command: 'sleep 10' } }];
    write({
      first: { input: 'one' },
      second: { input: 'two', provisioner: slow, depends_on: ['terraform_data.first'] },
      third: { input: 'three', depends_on: ['terraform_data.second'] },
    });
    const interrupt = new AbortController();
    const onProgress = (change: Partial<StateProgress>) => {
      if (change.current?.includes('terraform_data.second')) setTimeout(() => interrupt.abort(), 200);
    };

    await expect(runState(options({ interrupt: interrupt.signal, onProgress }), 'deploy', ignorePlan)).rejects.toThrow(
      'network-us-east-1: interrupted after 1 of 3 changes; its state is saved. Run the same command to go on.',
    );
    const saved = values();
    write({ first: { input: 'one' }, second: { input: 'two' }, third: { input: 'three' } });
    await runState(options(), 'deploy', ignorePlan);

    expect(saved).toEqual({ first: 'one', second: 'two' });
    expect(values()).toEqual({ first: 'one', second: 'two', third: 'three' });
  });
});

describe('a state that was lost while its backup is there', () => {
  const kept = () => join(folder, 'states/network.tfstate');
  const run = (changes: Partial<StateRunOptions> = {}) => options({ stateFile: kept(), ...changes });

  /** Deploys twice, so that there is a backup, and leaves of the state what a killed Terraform leaves. */
  async function lose(): Promise<void> {
    for (const input of ['one', 'two']) {
      write({ a: { input } });
      await runState(run(), 'deploy', ignorePlan);
    }
    truncateSync(kept());
  }

  it.each(['plan', 'deploy', 'destroy'] as const)('refuses a %s, and starts no Terraform', async (mode) => {
    await lose();

    await expect(runState(run({ binary: join(folder, 'no-such-terraform') }), mode, ignorePlan)).rejects.toThrow(
      `network-us-east-1: ${kept()} holds no resource, and its backup 1, expected the state that was written last`,
    );
    await expect(stateIsDeployed(run())).rejects.toThrow(`cp ${kept()}.backup ${kept()}`);
  });

  it('goes on once the backup is restored as told, without a second resource', async () => {
    await lose();
    const refusal = await runState(run(), 'deploy', ignorePlan).catch((error: Error) => error.message);
    await shell(/^ {2}(cp .*)$/m.exec(String(refusal))?.[1] ?? 'false');

    const counts = await runState(run(), 'deploy', ignorePlan);

    // The backup is of the state before the last change.
    expect(counts).toEqual({ add: 0, change: 1, remove: 0 });
  });

  it('begins anew once the backup is removed as told', async () => {
    await lose();
    const refusal = await runState(run(), 'deploy', ignorePlan).catch((error: Error) => error.message);
    await shell(/^ {2}(rm .*)$/m.exec(String(refusal))?.[1] ?? 'false');

    expect(await runState(run(), 'deploy', ignorePlan)).toEqual({ add: 1, change: 0, remove: 0 });
  });

  it('is no state that was destroyed: it is deployed again', async () => {
    write({ a: { input: 'one' } });
    await runState(run(), 'deploy', ignorePlan);
    await runState(run(), 'destroy', ignorePlan);
    const backup = JSON.parse(readFileSync(`${kept()}.backup`, 'utf8'));

    const counts = await runState(run(), 'deploy', ignorePlan);

    expect(backup.resources).toHaveLength(1);
    expect(counts).toEqual({ add: 1, change: 0, remove: 0 });
  });

  it('is not judged while another run writes it', async () => {
    write({ a: { input: 'one' } });
    let refusal: unknown;

    await runState(run(), 'deploy', () => {
      void stateIsDeployed(run()).catch((error) => (refusal = error));
    });

    expect(String(refusal)).toMatch(/network-us-east-1: locked by /);
  });
});

describe('a state whose apply was killed', () => {
  const slow = { provisioner: [{ 'local-exec': { command: 'sleep 10' } }] };
  const RECONCILE = 'npx --no-install stacks reconcile network-us-east-1 --environment=local --account=sandbox';

  /** Kills Terraform in the apply, while it makes what is slow. */
  async function applyKilled(changes: Partial<StateRunOptions> = {}): Promise<string> {
    const lock = join(folder, 'work/deploy.lock');
    const onProgress = ({ current = [] }: Partial<StateProgress>) => {
      if (!current.includes('terraform_data.slow')) return;
      const [, terraform] = [...JSON.parse(readFileSync(lock, 'utf8')).pids].slice(-2);
      process.kill(terraform, 'SIGKILL');
    };
    return runState(options({ onProgress, ...changes }), 'deploy', ignorePlan).then(
      () => 'applied',
      (error: Error) => error.message,
    );
  }

  it.each(['plan', 'deploy', 'destroy'] as const)('refuses a %s that would make things twice', async (mode) => {
    write({ quick: { input: 'one' }, slow: { input: 'two', depends_on: ['terraform_data.quick'], ...slow } });
    const killed = await applyKilled();

    const log = readFileSync(join(folder, 'work/apply.log'), 'utf8');
    await (await openReconciliation({ ...options(), reconciles: 'list' })).close();
    await expect(runState(options(), mode, ignorePlan)).rejects.toThrow(
      /^network-us-east-1: the last apply was killed at 20\S+Z[^]* It had made 1 resources and was making 1; /,
    );
    await expect(stateIsDeployed(options({ binary: 'no-such-terraform' }))).rejects.toThrow('was killed at');
    await expect(runState(options(), mode, ignorePlan)).rejects.toThrow(`with --yes:\n  ${RECONCILE}\n`);

    expect(killed).toContain(`apply failed.`);
    expect(killed).toContain(`\n  ${RECONCILE}\n`);
    expect(readFileSync(join(folder, 'work/apply.log'), 'utf8')).toBe(log);
  });

  it('goes on by itself where it had made nothing, and was making nothing', async () => {
    write({ a: { input: 'one' } });
    await runState(options(), 'deploy', ignorePlan);
    const log = join(folder, 'work/apply.log');
    const lines = readFileSync(log, 'utf8').split('\n');
    const until = lines.findIndex((line) => line.includes('"apply_start"'));
    writeFileSync(log, lines.slice(0, until).join('\n'));

    await expect(runState(options(), 'deploy', ignorePlan)).resolves.toEqual({ add: 0, change: 0, remove: 0 });
  });

  it('goes on by itself after an apply that failed, and ended', async () => {
    write({ a: { input: 'one' }, b: { input: 'two', provisioner: [{ 'local-exec': { command: 'false' } }] } });
    await expect(runState(options(), 'deploy', ignorePlan)).rejects.toThrow(/apply failed.\nerror: local-exec/);
    write({ a: { input: 'one' } });

    await expect(runState(options(), 'deploy', ignorePlan)).resolves.toEqual({ add: 0, change: 0, remove: 1 });
  });
});

describe('a state that Terraform could not save', () => {
  const file = () => join(folder, 'work/errored.tfstate');
  const push = () => `terraform -chdir=${join(folder, 'work')} state push errored.tfstate && rm ${file()}`;
  /** Text about it, with the commands to type. */
  const howToPush = () =>
    [
      `network-us-east-1: ${file()} is there, expected none: it is the newest state, which Terraform could not save. What it names is deployed and recorded nowhere else.`,
      'Push it with the credentials of the deploy, and remove the file once that has succeeded:',
      `  ${push()}`,
      'A push that is refused for its serial or lineage means that the state was written since: do not force it. Compare the file with what this prints, and see docs/runbooks/deploying.md:',
      `  terraform -chdir=${join(folder, 'work')} state pull`,
      'Until the file is gone nothing of this state is planned, deployed or destroyed.',
    ].join('\n');

  it.each(['plan', 'deploy', 'destroy'] as const)(
    'refuses a %s, keeps the file and starts no Terraform',
    async (mode) => {
      write({ a: { input: 'one' } });
      await runState(options(), 'deploy', ignorePlan);
      writeFileSync(file(), 'the only record');
      const run = options({ binary: join(folder, 'no-such-terraform') });

      await expect(runState(run, mode, ignorePlan)).rejects.toThrow(
        `  ${run.binary} -chdir=${run.workFolder} state push`,
      );
      await expect(runState(options(), mode, ignorePlan)).rejects.toThrow(howToPush());

      expect(readFileSync(file(), 'utf8')).toBe('the only record');
    },
  );

  it('is not taken for nothing where another stack is to be destroyed', async () => {
    write({ a: { input: 'one' } });
    mkdirSync(join(folder, 'work'));
    writeFileSync(file(), 'the only record');

    await expect(stateIsDeployed(options())).rejects.toThrow(howToPush());
  });

  it('is told of where an interrupted run could not save it, instead of that it is saved', async () => {
    write({ a: { input: 'one' } });
    const binary = join(folder, 'terraform');
    const hook = (type: string) => JSON.stringify({ type, hook: { resource: { addr: 'a.b' }, action: 'create' } });
    writeFileSync(
      binary,
      `#!/bin/sh
case "$1" in
  plan) exit 2;;
  show) echo '{}';;
  apply) trap 'echo "{}" > errored.tfstate; exit 1' TERM; echo '${hook('apply_start')}'; while :; do sleep 0.05; done;;
esac
`,
      { mode: 0o755 },
    );
    const interrupt = new AbortController();
    const onProgress = ({ current = [] }: Partial<StateProgress>) => void (current.length > 0 && interrupt.abort());

    const run = runState(options({ binary, interrupt: interrupt.signal, onProgress }), 'deploy', ignorePlan);

    await expect(run).rejects.toThrow(/^network-us-east-1: apply failed\.\nLog: .*\nnetwork-us-east-1: .* is there/);
  });

  it('has commands that a shell takes, whatever the folder is named', async () => {
    write({ a: { input: 'one' } });
    const workFolder = join(folder, "it's a folder");
    mkdirSync(workFolder);
    writeFileSync(join(workFolder, 'errored.tfstate'), '');

    await expect(runState(options({ workFolder }), 'plan', ignorePlan)).rejects.toThrow(
      `terraform -chdir='${folder}/it'\\''s a folder' state push errored.tfstate && rm '${folder}/it'\\''s a folder/errored.tfstate'`,
    );
  });

  it('keeps what an operator left beside the state, and no other file', async () => {
    write({ a: { input: 'one' } });
    mkdirSync(join(folder, 'work'));
    const kept = ['terraform.tfstate.1764000000.backup', 'pulled.tfstate'];
    for (const name of [...kept, 'main.tf.json', 'tfstate.txt']) writeFileSync(join(folder, 'work', name), '{}');

    await runState(options(), 'plan', ignorePlan);

    const left = [...kept, 'main.tf.json', 'tfstate.txt'].filter((name) => existsSync(join(folder, 'work', name)));
    expect(left).toEqual(kept);
  });

  describe('in a backend that answers with errors', () => {
    let server: Server;
    let stored = '';
    let isBroken = false;
    beforeEach(async () => {
      server = createServer((request, response) => {
        if (request.method === 'GET') return void response.writeHead(stored ? 200 : 404).end(stored);
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          if (!isBroken) stored = Buffer.concat(chunks).toString();
          response.writeHead(isBroken ? 503 : 200).end();
        });
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    });
    afterEach(() => new Promise((closed) => server.close(closed)));

    it('is told of at once, refused until it is pushed as told, and then is the state', async () => {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      write({ a: { input: 'one' } }, { http: { address, retry_max: 0 } });
      [stored, isBroken] = ['', true];

      await expect(runState(options(), 'deploy', ignorePlan)).rejects.toThrow(
        /^network-us-east-1: apply failed\.\nerror: Failed to save state[^]*work\/errored\.tfstate is there/,
      );
      isBroken = false;
      await expect(runState(options(), 'deploy', ignorePlan)).rejects.toThrow(howToPush());
      const before = stored;
      await shell(push());
      const counts = await runState(options(), 'deploy', ignorePlan);

      expect(before).toBe('');
      expect(counts).toEqual({ add: 0, change: 0, remove: 0 });
      expect(JSON.parse(stored).resources).toHaveLength(1);
      expect(existsSync(file())).toBe(false);
    });
  });
});
