/**
 * The project graph has an edge where a stack reads another, and nowhere else, and caches what is a function of its
 * inputs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateManifest } from '@dr/state-manifest';
import { readManifest, STACKS } from './synthesized';
import { outputOf, run, testEnvironment, WORKSPACE } from './workspace';

interface ProjectGraphFile {
  readonly graph: {
    readonly nodes: Readonly<
      Record<
        string,
        { readonly data: { readonly tags?: readonly string[]; readonly targets: Readonly<Record<string, Target>> } }
      >
    >;
    readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
  };
}

interface Target {
  readonly cache?: boolean;
  readonly inputs?: readonly unknown[];
}

let graph: ProjectGraphFile['graph'];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dr-graph-'));
  const file = join(folder, 'graph.json');
  const args = ['node_modules/.bin/nx', 'graph', `--file=${file}`];
  outputOf(await run('node', args, { cwd: WORKSPACE, env: testEnvironment() }));
  graph = (JSON.parse(readFileSync(file, 'utf8')) as ProjectGraphFile).graph;
  rmSync(folder, { recursive: true });
});

/** `data → network` for each stack that another's states read from. */
function readsOf(manifests: readonly StateManifest[]): readonly string[] {
  const owners = new Map(
    manifests.flatMap(({ stack, states }) =>
      states.flatMap(({ publishes }) => publishes.map(({ contract }) => [contract, stack] as const)),
    ),
  );
  const reads = manifests.flatMap(({ stack, states }) =>
    states.flatMap((state) => state.reads.map(({ contract }) => [stack, owners.get(contract)] as const)),
  );
  return [...new Set(reads.filter(([reader, owner]) => reader !== owner).map((edge) => edge.join(' → ')))].sort();
}

describe('the project graph', () => {
  it('has the stacks that the suites go through, each tagged as one', () => {
    const tagged = Object.keys(graph.nodes).filter((name) => graph.nodes[name]?.data.tags?.includes('type:stack'));

    expect(tagged.sort()).toEqual(STACKS);
  });

  it('has an edge between two stacks where one reads from the other, and nowhere else', () => {
    const manifests = STACKS.map((stack) => readManifest('local', stack));
    const edges = STACKS.flatMap((stack) =>
      (graph.dependencies[stack] ?? [])
        .filter(({ target }) => STACKS.includes(target))
        .map(({ target }) => `${stack} → ${target}`),
    );

    expect([...new Set(edges)].sort()).toEqual(readsOf(manifests));
    expect(readsOf(manifests)).toEqual(
      expect.arrayContaining([
        'compute → data',
        'compute → network',
        'data → network',
        'global-dns → compute',
        'global-dns → network',
      ]),
    );
  });

  it('fills the matrix of docs/pipeline.md: the projects that a change reaches, as JSON', async () => {
    const page = readFileSync(join(WORKSPACE, 'docs/pipeline.md'), 'utf8');
    const [, line = ''] = /echo "projects=\$\(npx (nx show projects .*?)\)" >>/.exec(page) ?? [];
    const command = `node node_modules/.bin/${line.replace('--base="$BASE"', '--files=apps/network/src/main.ts')}`;
    const { output } = await run('bash', ['-c', command], { cwd: WORKSPACE, env: testEnvironment() });

    expect(JSON.parse(output)).toEqual(expect.arrayContaining([...STACKS, 'platform-e2e']));
    expect(JSON.parse(output)).not.toContain('cidr');
  });

  it('caches what is a function of its inputs, and never what touches an account', () => {
    const cached = (name: string) => STACKS.map((stack) => graph.nodes[stack]?.data.targets[name]?.cache);

    for (const target of ['build', 'synth', 'typecheck', 'lint', 'test']) {
      expect([target, ...cached(target)]).toEqual([target, ...STACKS.map(() => true)]);
    }
    for (const target of ['plan', 'deploy', 'destroy', 'outputs']) {
      expect([target, ...cached(target)]).toEqual([target, ...STACKS.map(() => false)]);
    }
  });
});
