import { Option, wholeNumber } from '@dr/command-line';
import { describeFault, type Fault } from '../faults/fault';
import { SandboxError } from '../process/errors';
import { connectSandbox } from '../process/sandbox';
import { accountCommand, homeOf, type MakeSandboxCommand } from './command';

export const fault: MakeSandboxCommand = (context) =>
  accountCommand('fault')
    .summary(
      'Make a region dark, cut two off, break a part of one, make calls slow, failing or lost; list or end faults',
    )
    .description('Set a fault, or clear all; without an option, list those that are set')
    .option('--dark <region>', 'A region that is gone from now on')
    .option('--zone <zone>', 'A zone, such as us-east-1a, whose load balancers are not reached from now on')
    .option('--writer <region>', "A region whose databases' writers answer nothing from now on")
    .option('--cut <regions>', 'Two regions, such as us-east-1,us-west-2, between which nothing passes from now on')
    .option('--function <region/name>', 'A function of which each run fails from now on')
    .option('--schedule <region>', 'A region whose schedules start nothing from now on')
    .option('--metrics <region>', 'A region whose metrics age from now on')
    .option(
      '--refused',
      'With --dark or --zone: who calls there is refused at once (default: is never answered)',
      false,
    )
    .addOption(new Option('--slow <ms>', 'Calls take so many ms longer').argParser(wholeNumber))
    .option('--fail <code>', 'Calls are refused with this code, such as ThrottlingException')
    .option('--lose', 'Calls are performed and never answered', false)
    .option('--region <region>', 'Only calls to this region')
    .option('--from <region>', 'Only calls of functions and tasks in this region')
    .option('--service <service>', 'Only calls of this service, such as dynamodb')
    .option('--operation <operation>', 'Only calls of this operation, such as PutItem')
    .addOption(new Option('--nth <number>', 'Only the Nth such call from now on').argParser(wholeNumber))
    .addOption(new Option('--lag <ms>', 'Replication between regions takes so many ms').argParser(wholeNumber))
    .addOption(
      new Option(
        '--rebuild <ms>',
        "After a failover, the former writer's cluster is not readable for so many ms",
      ).argParser(wholeNumber),
    )
    .option('--clear', 'End all faults', false)
    .action(async ({ clear, home, ...options }) => {
      const sandbox = await connectSandbox(homeOf({ home }, context));
      if (clear) await sandbox.clearFaults();
      else await sandbox.setFaults(...faultsOf(options));
      const set = await sandbox.faults();
      for (const each of set) context.print(describeFault(each));
      if (set.length === 0) context.print('no fault is set');
    });

interface FaultOptions {
  readonly dark?: string | undefined;
  readonly zone?: string | undefined;
  readonly writer?: string | undefined;
  readonly cut?: string | undefined;
  readonly function?: string | undefined;
  readonly schedule?: string | undefined;
  readonly metrics?: string | undefined;
  readonly refused: boolean;
  /** ms. */
  readonly slow?: number | undefined;
  readonly fail?: string | undefined;
  readonly lose: boolean;
  readonly region?: string | undefined;
  readonly from?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly nth?: number | undefined;
  /** ms. */
  readonly lag?: number | undefined;
  /** ms. */
  readonly rebuild?: number | undefined;
}

/** The faults that the options name; none where they name none. @throws SandboxError for what makes no sense */
function faultsOf({
  cut,
  dark,
  from,
  function: broken,
  metrics,
  schedule,
  zone,
  writer,
  refused,
  slow,
  fail,
  lose,
  lag,
  rebuild,
  region,
  service,
  operation,
  nth,
}: FaultOptions): readonly Fault[] {
  const filter = {
    ...(region === undefined ? {} : { region }),
    ...(from === undefined ? {} : { from }),
    ...(service === undefined ? {} : { service }),
    ...(operation === undefined ? {} : { operation }),
    ...(nth === undefined ? {} : { nth }),
  };
  const manner = refused ? 'refused' : 'silent';
  const places: readonly Fault[] = [
    ...(dark === undefined ? [] : [{ kind: 'dark' as const, region: dark, manner } as const]),
    ...(zone === undefined ? [] : [{ kind: 'zone' as const, zone, manner } as const]),
  ];
  if (refused && places.length === 0) {
    throw new SandboxError('--refused says how a region or zone is gone, expected --dark or --zone beside it.');
  }
  const calls: readonly Fault[] = [
    ...(slow === undefined ? [] : [{ kind: 'slow' as const, delayMs: slow, ...filter }]),
    ...(fail === undefined ? [] : [{ kind: 'failing' as const, code: fail, status: 400, ...filter }]),
    ...(lose ? [{ kind: 'lost' as const, ...filter }] : []),
  ];
  if (calls.length === 0 && Object.keys(filter).length > 0) {
    throw new SandboxError(
      `--${Object.keys(filter).join(', --')} says which calls, expected --slow, --fail or --lose beside it.`,
    );
  }
  const replication: readonly Fault[] = [
    ...(lag === undefined ? [] : [{ kind: 'lag' as const, lagMs: lag }]),
    ...(rebuild === undefined ? [] : [{ kind: 'rebuild' as const, rebuildMs: rebuild }]),
  ];
  const parts: readonly Fault[] = [
    ...(writer === undefined ? [] : [{ kind: 'writer' as const, region: writer }]),
    ...(cut === undefined ? [] : [{ kind: 'cut' as const, regions: cut.split(',') as unknown as [string, string] }]),
    ...(broken === undefined ? [] : [functionOf(broken)]),
    ...(schedule === undefined ? [] : [{ kind: 'schedule' as const, region: schedule }]),
    ...(metrics === undefined ? [] : [{ kind: 'metrics' as const, region: metrics }]),
  ];
  return [...places, ...parts, ...replication, ...calls];
}

/** @param named `us-east-1/dr-local-region-check` @throws SandboxError */
function functionOf(named: string): Fault {
  const [region = '', name, ...more] = named.split('/');
  if (name === undefined || more.length > 0) {
    throw new SandboxError(
      `--function is ${named}, expected a region and a name, such as us-east-1/dr-local-region-check.`,
    );
  }
  return { kind: 'function', region, name };
}
