import { CommandError } from './errors';
import { parseOperatorOptions } from './operator-options';

describe('the options of an operator', () => {
  it('are those of the sandbox and half an hour where none is given', () => {
    expect(parseOperatorOptions('status', [])).toEqual({
      environment: 'local',
      account: 'sandbox',
      help: false,
      yes: false,
      json: false,
      epoch: undefined,
      waitSeconds: 1_800,
    });
    expect(parseOperatorOptions('approve', ['--environment=prod', '--epoch=3', '--yes', '--wait=0'])).toMatchObject({
      environment: 'prod',
      account: 'aws',
      epoch: 3,
      yes: true,
      waitSeconds: 0,
    });
  });

  it.each([
    ['failover', '--epoch=3', 'failover: --epoch is an option of approve. See --help.'],
    ['status', '--yes', 'status: --yes is an option of failover, failback, approve. See --help.'],
    ['status', '--wait=3', 'status: --wait is an option of failover, failback, approve. See --help.'],
    ['failback', '--json', 'failback: --json is an option of status. See --help.'],
    ['approve', '--epoch=two', 'approve: --epoch is "two", expected a whole number. See --help.'],
  ])('of %s are not %s: it would guard nothing', (command, option, message) => {
    expect(() => parseOperatorOptions(command, [option])).toThrow(message);
  });

  it.each([
    ['failover', '--yess', 'failover: unknown option "--yess". Did you mean --yes? See --help.'],
    ['status', '--yess', 'status: unknown option "--yess". See --help.'],
    ['approve', '--epoc=3', 'approve: unknown option "--epoc". Did you mean --epoch? See --help.'],
    [
      'failback',
      '--enviroment=prod',
      'failback: unknown option "--enviroment". Did you mean --environment? See --help.',
    ],
    ['failback', '-h', 'failback: unknown option "-h". See --help.'],
    ['status', '--constructor', 'status: unknown option "--constructor". See --help.'],
  ])('of %s that are unknown, such as %s, are refused with the nearest that it takes', (command, option, message) => {
    expect(() => parseOperatorOptions(command, [option])).toThrow(new CommandError(message));
  });

  it.each([
    ['prod', "status: Unexpected argument 'prod'. This command does not take positional arguments. See --help."],
    ['--environment', "status: Option '--environment <value>' argument missing. See --help."],
  ])('refuse %s with the problem alone', (argument, message) => {
    expect(() => parseOperatorOptions('status', [argument])).toThrow(new CommandError(message));
  });
});
