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
    ['run data:plan --environment', '', ''],
    ['run data:plan -- --environment=__proto__', '__proto__', ''],
  ])('is refused for its environment: %s', (line, got, hint) => {
    expect(refuse(line)).toThrow(
      `--environment is ${got}, expected one of local, dev, prod. ${hint}Nothing was changed.`,
    );
  });

  it.each([
    ['run-many -t deploy --enviroment=prod', 'enviroment', 'deploy', '--environment, --account', '--environment'],
    ['run data:destroy --accuont aws', 'accuont', 'destroy', '--environment, --account, --yes', '--account'],
    ['run data:plan -- --acount=aws', 'acount', 'plan', '--environment, --account', '--account'],
  ])('is refused for its option: %s', (line, got, target, known, hint) => {
    expect(refuse(line)).toThrow(
      `--${got} is no option of ${target}, expected one of ${known}. Did you mean ${hint}? Nothing was changed.`,
    );
  });

  it.each(['run-many -t deploy --foo', 'deploy data --foo=bar', 'run data:synth --foo'])(
    'is refused for an option like no other: %s',
    (line) => {
      expect(refuse(line)).toThrow(
        /^--foo is no option of (deploy|synth), expected one of [^?]*\. Nothing was changed\.$/,
      );
    },
  );

  it('is refused where other targets would be given an option of a stack', () => {
    expect(refuse('affected -t lint test deploy --environment=prod')).toThrow(
      '--environment is an option of deploy, and lint, test would be given it too, expected targets of stacks alone. ' +
        'Run two commands: one with -t lint test, and then one with -t deploy --environment=<value>. Nothing was changed.',
    );
  });
});

it.each(['run-many -t lint test --foo', 'run data:test:prdo', 'test data -c prdo', 'show projects --json'])(
  'a command line without a target of stacks is not looked at: %s',
  (line) => {
    expect(refuse(line)).not.toThrow();
  },
);
