import { type AskNx, findRequestedTasks, isRequested, mentionsGuardedTarget } from './requested-tasks';

function nxThatAnswers(projects: readonly string[]): AskNx & { asked: string[][] } {
  const asked: string[][] = [];
  const ask = (args: readonly string[]) => {
    asked.push([...args]);
    return { status: 0, output: `a warning\n${JSON.stringify(projects)}\n` };
  };
  return Object.assign(ask, { asked });
}

const neverAsked: AskNx = () => {
  throw new Error('asked');
};

const words = (commandLine: string) => commandLine.split(' ');

describe('mentionsGuardedTarget', () => {
  it.each(['run-many -t deploy', 'affected --targets=lint,destroy', 'run data:deploy:prod', 'deploy data'])(
    'sees the target in %s',
    (line) => {
      expect(mentionsGuardedTarget(words(line))).toBe(true);
    },
  );

  it('sees none in a test run', () => {
    expect(mentionsGuardedTarget(words('run-many -t test lint'))).toBe(false);
  });
});

describe('findRequestedTasks', () => {
  it.each([
    'run-many -t deploy',
    'run-many --target=deploy --parallel=3',
    'run-many -t deploy -c prod --all',
    'run-many -t deploy --environment=prod --account=sandbox --output-style=stream',
  ])('takes everything for asked for in %s, without asking Nx', (line) => {
    expect(findRequestedTasks(words(line), neverAsked)).toBe('all');
  });

  it('asks Nx which projects run-many chooses', () => {
    const nx = nxThatAnswers(['data', 'compute']);

    expect(findRequestedTasks(words('run-many -t deploy -p data compute --exclude=network'), nx)).toBe(
      'compute:deploy,data:deploy',
    );
    expect(nx.asked).toEqual([['show', 'projects', '--json', '--projects=data', '--exclude=network']]);
  });

  it('asks Nx which projects are affected, with the same base and head', () => {
    const nx = nxThatAnswers(['compute', 'global-dns']);

    expect(findRequestedTasks(words('affected -t deploy --base=main --head HEAD --uncommitted'), nx)).toBe(
      'compute:deploy,global-dns:deploy',
    );
    expect(nx.asked).toEqual([
      ['show', 'projects', '--json', '--affected', '--base=main', '--head=HEAD', '--uncommitted'],
    ]);
  });

  it.each([
    ['run data:deploy', 'data:deploy'],
    ['run data:deploy:prod --account=sandbox', 'data:deploy'],
    ['data:destroy', 'data:destroy'],
    ['deploy data', 'data:deploy'],
  ])('reads the one task of %s', (line, task) => {
    expect(findRequestedTasks(words(line), neverAsked)).toBe(task);
  });

  it('fails when Nx fails', () => {
    expect(() => findRequestedTasks(words('affected -t deploy'), () => ({ status: 1, output: '' }))).toThrow(
      'Nx could not say which tasks this command names (exit status 1), expected its task graph. ' +
        'Nothing was deployed. Name the stacks: npx nx run-many -t deploy -p <stack>.',
    );
  });

  it('fails when Nx answers something else', () => {
    expect(() => findRequestedTasks(words('affected -t deploy'), () => ({ status: 0, output: 'hello' }))).toThrow(
      'no list of projects in its answer',
    );
  });
});

describe('isRequested', () => {
  it('compares whole names', () => {
    const environment = { DR_REQUESTED_TASKS: 'data:deploy,global-dns:deploy' };

    expect(isRequested('data', 'deploy', environment)).toBe(true);
    expect(isRequested('dns', 'deploy', environment)).toBe(false);
    expect(isRequested('data', 'destroy', environment)).toBe(false);
  });

  it('fails where nobody found it out', () => {
    expect(() => isRequested('data', 'deploy', {})).toThrow('the stack plugin was not asked before the tasks ran');
  });
});
