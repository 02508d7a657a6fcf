import { refuseUnknownTasks } from './unknown-tasks';

const PROJECTS = {
  network: ['build', 'deploy', 'destroy', 'test'],
  data: ['build', 'deploy', 'destroy', 'test', 'e2e-deploy'],
  testing: ['test', 'lint'],
};
const refuse = (line: string) => () => refuseUnknownTasks(line.split(' '), PROJECTS);

describe('a command line with projects and targets', () => {
  it.each([
    'run-many -t deploy',
    'run-many -t deploy -p network data',
    'run-many -t lint deploy -p network,data --exclude=testing',
    'run-many -t deploy --projects=tag:type:stack,!data',
    'run-many -t deploy --projects=apps/*',
    'affected -t lint test deploy',
    'run data:deploy:prod',
    'run data:e2e-deploy',
    't data',
    // Nx takes the project of the current folder, a pattern, or says that there is none.
    'deploy',
    'run apps/data:deploy',
    'deploy dta',
  ])('is let through: %s', (line) => {
    expect(refuse(line)).not.toThrow();
  });

  it.each([
    'run-many -t deploy -p dta',
    'run-many -t deploy --projects=network,dta',
    'run-many -t test -p network dta',
    'run-many -t deploy --exclude=dta',
    'affected -t deploy --exclude dta',
  ])('is refused for a project that there is none of, of which Nx says nothing: %s', (line) => {
    expect(refuse(line)).toThrow(
      'dta: no project of the workspace. Did you mean data? Nothing was changed. See all: npx nx show projects',
    );
  });

  it.each([
    ['run-many -t deply', 'any project', 'projects'],
    ['run-many -t lint,deply -p data', 'any project', 'projects'],
    ['run data:deply', 'data', 'project data'],
    ['deply data', 'data', 'project data'],
  ])('is refused for its target: %s', (line, owner, see) => {
    expect(refuse(line)).toThrow(
      `deply: no target of ${owner}. Did you mean deploy? Nothing was changed. See all: npx nx show ${see}`,
    );
  });
});
