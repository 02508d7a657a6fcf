import { type AskNx, findRequestedTasks, isRequested, isRequestedByName } from './requested-tasks';

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

describe('findRequestedTasks', () => {
  it.each([
    'run-many -t deploy',
    'run-many --target=deploy --parallel=3',
    'run-many -t synth deploy',
    'run-many -t lint,test,deploy',
    'run-many -t lint -t deploy -c prod --all',
    'run-many -t deploy --environment=prod --account=sandbox --output-style=stream',
  ])('takes everything for asked for in %s, without asking Nx', (line) => {
    expect(findRequestedTasks(words(line), neverAsked)).toBe('all');
  });

  it.each([
    'run-many -t test lint',
    'run-many -t test -p deploy',
    'run-many -t test --exclude=destroy',
    'affected -t synth',
    'run data:outputs:deploy',
    'test data -- deploy',
    'show projects --withTarget=deploy',
    'report',
  ])('finds nothing that was asked for in %s, and asks nobody', (line) => {
    expect(findRequestedTasks(words(line), neverAsked)).toBe('');
  });

  it('requests a project that is alone by run, and by nothing else', () => {
    const nx = nxThatAnswers(['bootstrap', 'data']);
    const find = (line: string, ask: AskNx) =>
      findRequestedTasks(words(line), ask, (name) => name === 'bootstrap', ['bootstrap']);

    expect(find('run bootstrap:deploy -c prod', neverAsked)).toBe('bootstrap:deploy');
    expect(find('deploy bootstrap', neverAsked)).toBe('bootstrap:deploy');
    expect(find('run-many -t deploy -p bootstrap data', nx)).toBe('data:deploy');
    expect(find('affected -t deploy', nx)).toBe('data:deploy');
    expect(isRequestedByName('bootstrap', 'deploy', { DR_REQUESTED_TASKS: 'bootstrap:deploy' })).toBe(true);
    expect(isRequestedByName('bootstrap', 'deploy', { DR_REQUESTED_TASKS: 'all' })).toBe(false);
  });

  it('asks Nx which projects run-many chooses', () => {
    const nx = nxThatAnswers(['data', 'compute']);

    expect(findRequestedTasks(words('run-many -p data compute -t lint deploy --exclude=network'), nx)).toBe(
      'compute:deploy,data:deploy',
    );
    expect(nx.asked).toEqual([
      [
        'show',
        'projects',
        '--json',
        '--projects=data,compute',
        '--exclude=network',
        '--withTarget=lint',
        '--withTarget=deploy',
      ],
    ]);
  });

  it('asks Nx which projects are affected, with the same base and head', () => {
    const nx = nxThatAnswers(['compute', 'global-dns']);

    expect(findRequestedTasks(words('affected -t lint test deploy --base=main --head HEAD'), nx)).toBe(
      'compute:deploy,global-dns:deploy',
    );
    expect(nx.asked).toEqual([['show', 'projects', '--json', '--affected', '--base=main', '--head=HEAD']]);
  });

  it.each([
    ['run data:deploy', 'data:deploy'],
    ['run data:deploy:prod --account=sandbox', 'data:deploy'],
    ['deploy data', 'data:deploy'],
    ['destroy -p data', 'data:destroy'],
  ])('reads the one task of %s', (line, task) => {
    expect(findRequestedTasks(words(line), neverAsked, (name) => name === 'data')).toBe(task);
  });

  it('asks Nx which project a pattern means', () => {
    const nx = nxThatAnswers(['data']);

    expect(findRequestedTasks(words('run apps/data:deploy'), nx, () => false)).toBe('data:deploy');
    expect(nx.asked).toEqual([['show', 'projects', '--json', '--projects=apps/data']]);
  });

  it.each(['deploy', 'deploy --yes', 'run deploy', 'run deploy:prod'])(
    'refuses %s, whose project is that of a folder which Nx alone knows',
    (line) => {
      expect(() => findRequestedTasks(words(line), neverAsked)).toThrow(
        'nx deploy: project is missing, expected its name directly after the target. Nothing was changed. ' +
          'Name the stack: npx nx deploy <stack>, options last.',
      );
    },
  );

  it('refuses files of standard input, which Nx reads itself', () => {
    expect(() => findRequestedTasks(words('affected -t lint destroy --stdin'), neverAsked)).toThrow(
      'nx affected: --stdin is read by Nx alone, expected changed files that the stack plugin sees too. ' +
        'Nothing was changed. Name them: npx nx affected -t destroy --files=<file>,<file>.',
    );
  });

  it('names the question that Nx did not answer, and not the command that was typed', () => {
    const failing: AskNx = () => ({ status: 1, output: '' });

    expect(() => findRequestedTasks(words('run-many -t deploy -p data'), failing)).toThrow(
      'Nx did not list the projects that this command selects (exit status 1), expected a list of them. ' +
        'Nothing was changed. See why: npx nx show projects --json --projects=data --withTarget=deploy.',
    );
    expect(() => findRequestedTasks(words('affected -t deploy'), () => ({ status: 0, output: 'hello' }))).toThrow(
      'Nx did not list the projects that this command selects (no list of projects in its answer), expected a list of ' +
        'them. Nothing was changed. See why: npx nx show projects --json --affected.',
    );
  });
});

describe('isRequested', () => {
  it('compares whole names', () => {
    const environment = { DR_REQUESTED_TASKS: 'data:deploy,global-dns:deploy' };

    expect(isRequested('data', 'deploy', environment)).toBe(true);
    expect(isRequested('dns', 'deploy', environment)).toBe(false);
    expect(isRequested('data', 'destroy', environment)).toBe(false);
    expect(isRequested('data', 'deploy', { DR_REQUESTED_TASKS: '' })).toBe(false);
  });

  it('fails where nobody found it out', () => {
    expect(() => isRequested('data', 'deploy', {})).toThrow(
      'data: deploy is not known to be requested, expected the stack plugin to have read the command line. ' +
        'Nothing was changed. Add the stack plugin to the plugins of nx.json.',
    );
  });
});
