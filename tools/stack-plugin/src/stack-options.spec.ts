import { refuseUnknownNames } from './stack-options';

const KNOWN = { environments: ['local', 'dev', 'prod'], configurations: ['local', 'dev', 'prod', 'emulator'] };
const refuse = (line: string) => () => refuseUnknownNames(line.split(' '), KNOWN);

describe('a command line with targets of stacks', () => {
  it.each([
    'run-many -t deploy',
    'run-many -t deploy -c prod',
    'run-many -t lint test deploy -c prod',
    'affected -t lint,test,deploy --configuration=dev --base=main',
    'run data:deploy:prod',
    'run data:deploy:emulator --parallel=3',
    'deploy data --environment=prod --account sandbox',
    'run data:destroy --yes',
    'run data:destroy --no-yes',
    'run data:outputs --format=json',
    'run-many -t plan synth --environment dev',
    'run-many -t plan --verbose --skip-nx-cache --exclude=data --nx-bail --output-style=stream',
    'run-many -t deploy --prod',
  ])('is let through: %s', (line) => {
    expect(refuse(line)).not.toThrow();
  });

  it.each([
    ['run-many -t deploy -c prdo', 'prdo', 'Did you mean prod? '],
    ['run data:deploy:prdo', 'prdo', 'Did you mean prod? '],
    ['affected -t lint plan --configuration production', 'production', ''],
    ['deploy data -c=Dev', 'Dev', 'Did you mean dev? '],
    ['run-many -t synth -c constructor', 'constructor', ''],
  ])('is refused for its configuration: %s', (line, got, hint) => {
    expect(refuse(line)).toThrow(
      `-c is ${got}, expected one of local, dev, prod, emulator. ${hint}Nothing was changed.`,
    );
  });

  it.each([
    ['run-many -t deploy --environment=prdo', 'prdo', 'Did you mean prod? '],
    ['run data:plan --environment emulator', 'emulator', ''],
    ['run data:plan -- --environment=__proto__', '__proto__', ''],
  ])('is refused for its environment: %s', (line, got, hint) => {
    expect(refuse(line)).toThrow(
      `--environment is ${got}, expected one of local, dev, prod. ${hint}Nothing was changed.`,
    );
  });

  it.each([
    ['run-many -t deploy -c staging', '-c is staging, expected one of local, dev, prod, emulator. '],
    ['run data:plan --environment=staging', '--environment is staging, expected one of local, dev, prod. '],
  ])('says how to destroy what is deployed of an environment that was deleted: %s', (line, refusal) => {
    const deletedIn = (environment: string) => (environment === 'staging' ? 'abc123' : undefined);

    expect(() => refuseUnknownNames(line.split(' '), { ...KNOWN, deletedIn })).toThrow(
      `${refusal}Its settings were deleted in abc123, and what is deployed of it stays. ` +
        'To destroy it: git switch --detach abc123~1 && npx nx run-many -t destroy -c staging. Nothing was changed.',
    );
  });

  it.each([
    [
      'run-many -t deploy --enviroment=prod',
      'enviroment',
      'deploy',
      '--environment, --account, --backend, --region, --allow, --json, --markdown, --fail-on-changes, --over-newer, --skip-unchanged, --during-recovery, --reviewed',
      '--environment',
    ],
    [
      'deploy data --reviewd=plan.json',
      'reviewd',
      'deploy',
      '--environment, --account, --backend, --region, --allow, --json, --markdown, --fail-on-changes, --over-newer, --skip-unchanged, --during-recovery, --reviewed',
      '--reviewed',
    ],
    [
      'plan data --fail-on-change',
      'fail-on-change',
      'plan',
      '--environment, --account, --backend, --region, --allow, --json, --markdown, --save, --lock, --fail-on-changes',
      '--fail-on-changes',
    ],
    [
      'run data:destroy --accuont aws',
      'accuont',
      'destroy',
      '--environment, --account, --yes, --backend, --region, --over-newer, --during-recovery',
      '--account',
    ],
    [
      'run data:plan -- --acount=aws',
      'acount',
      'plan',
      '--environment, --account, --backend, --region, --allow, --json, --markdown, --save, --lock, --fail-on-changes',
      '--account',
    ],
  ])('is refused for its option: %s', (line, got, target, known, hint) => {
    expect(refuse(line)).toThrow(
      `--${got} is not an option of ${target}, expected one of ${known}. Did you mean ${hint}? Nothing was changed.`,
    );
  });

  it.each(['run-many -t deploy --foo', 'deploy data --foo=bar', 'run data:synth --foo'])(
    'is refused for an option like no other: %s',
    (line) => {
      expect(refuse(line)).toThrow(
        /^--foo is not an option of (deploy|synth), expected one of [^?]*\. Nothing was changed\.$/,
      );
    },
  );

  it.each([
    ['plan data --json', '--json has no value, expected a value: --json=<value>. Nothing was changed.'],
    ['plan data --region', '--region has no value, expected a value: '],
    ['run data:deploy --environment', '--environment has no value, expected one of '],
    ['plan data -c', '--configuration has no value, expected one of '],
    ['run-many -t deploy -c', '--configuration has no value, expected one of '],
  ])('is refused for an option without its value: %s', (line, problem) => {
    expect(refuse(line)).toThrow(problem);
  });

  it('is refused where other targets would be given an option of a stack', () => {
    expect(refuse('affected -t lint test deploy --environment=prod --account=sandbox --base=main')).toThrow(
      "--environment is an option of stacks' targets, and the others would be given it too, expected targets of stacks " +
        'alone. Nothing was changed. Run two commands:\n' +
        '  npx nx affected -t lint test --base=main\n' +
        '  npx nx affected -t deploy --base=main --environment=prod --account=sandbox',
    );
  });

  it.each([
    [
      'deploy network --account=sandbx',
      '--account is sandbx, expected one of sandbox, emulator, aws. Did you mean sandbox? ',
    ],
    ['run network:outputs --format jsn', '--format is jsn, expected one of table, json. Did you mean json? '],
    ['destroy data --yes network', '--yes is network, expected one of true, false. '],
  ])('is refused for a value: %s', (line, problem) => {
    expect(refuse(line)).toThrow(`${problem}Nothing was changed.`);
  });

  it('is refused for a letter that is no option here as it was typed', () => {
    expect(refuse('affected -t deploy -p data')).toThrow(
      '-p is not an option of deploy, expected one of --environment, ',
    );
  });

  it.each([
    ['deploy network data', 'data: names', 'npx nx deploy network'],
    ['deploy network prod', 'prod: names', 'npx nx deploy network -c prod'],
    ['run network:deploy prod', 'prod: names', 'npx nx deploy network -c prod'],
    ['deploy network -c prod data', 'data: names', 'npx nx deploy network -c prod'],
    [
      'deploy network --environment prod data compute',
      'data compute: name',
      'npx nx deploy network --environment=prod',
    ],
    ['deploy network -- data', 'data: names', 'npx nx deploy network'],
    ['run-many data -t deploy', 'data: names', 'npx nx run-many -t deploy'],
  ])('is refused for a word too many, with what to type: %s', (line, words, typed) => {
    expect(refuse(line)).toThrow(
      `${words} nothing here, expected no more words. Nothing was changed. Type: ${typed}, or for more than one stack: `,
    );
  });
});

it.each(['run-many -t lint test --foo', 'run data:test:prdo', 'test data -c prdo', 'show projects --json'])(
  'a command line without a target of stacks is not looked at: %s',
  (line) => {
    expect(refuse(line)).not.toThrow();
  },
);
