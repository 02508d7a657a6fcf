import { describeFault, type Fault } from '../faults/fault';
import { SandboxError } from '../process/errors';
import { connectSandbox } from '../process/sandbox';
import { type Command, HOME_OPTION, homeOf, type OptionValues } from './command';

export const fault: Command = {
  summary: 'Set a fault, or clear all; without options, list those that are set',
  options: {
    dark: { type: 'string', help: 'A region that is gone from now on' },
    zone: { type: 'string', help: 'A zone, such as us-east-1a, whose load balancers are not reached from now on' },
    refused: { type: 'boolean', help: 'With --dark or --zone: who calls there is refused at once [is never answered]' },
    slow: { type: 'string', help: 'Calls take so many ms longer' },
    fail: { type: 'string', help: 'Calls are refused with this code, such as ThrottlingException' },
    lose: { type: 'boolean', help: 'Calls are performed and never answered' },
    region: { type: 'string', help: 'Only calls to this region' },
    service: { type: 'string', help: 'Only calls of this service, such as dynamodb' },
    operation: { type: 'string', help: 'Only calls of this operation, such as PutItem' },
    nth: { type: 'string', help: 'Only the Nth such call from now on' },
    lag: { type: 'string', help: 'Replication between regions takes so many ms' },
    clear: { type: 'boolean', help: 'End all faults' },
    home: HOME_OPTION,
  },
  run: async (values, context) => {
    const sandbox = await connectSandbox(homeOf(values, context));
    if (values['clear'] === true) await sandbox.clearFaults();
    else await sandbox.setFaults(...faultsOf(values));
    const set = await sandbox.faults();
    for (const fault of set) context.print(describeFault(fault));
    if (set.length === 0) context.print('no fault is set');
    return 0;
  },
};

/** The faults that the options name; none where they name none. @throws SandboxError for what makes no sense */
function faultsOf(values: OptionValues): readonly Fault[] {
  const filter = {
    ...textOption(values, 'region'),
    ...textOption(values, 'service'),
    ...textOption(values, 'operation'),
    ...(values['nth'] === undefined ? {} : { nth: numberOption(values, 'nth') }),
  };
  const faults: Fault[] = [];
  const manner = values['refused'] === true ? 'refused' : 'silent';
  if (values['dark'] !== undefined) faults.push({ kind: 'dark', region: String(values['dark']), manner });
  if (values['zone'] !== undefined) faults.push({ kind: 'zone', zone: String(values['zone']), manner });
  if (values['refused'] === true && faults.length === 0) {
    throw new SandboxError('--refused says how a region or zone is gone, expected --dark or --zone beside it.');
  }
  if (values['lag'] !== undefined) faults.push({ kind: 'lag', lagMs: numberOption(values, 'lag') });
  const before = faults.length;
  if (values['slow'] !== undefined) faults.push({ kind: 'slow', delayMs: numberOption(values, 'slow'), ...filter });
  if (values['fail'] !== undefined) {
    faults.push({ kind: 'failing', code: String(values['fail']), status: 400, ...filter });
  }
  if (values['lose'] === true) faults.push({ kind: 'lost', ...filter });
  if (faults.length === before && Object.keys(filter).length > 0) {
    throw new SandboxError(
      `--${Object.keys(filter).join(', --')} says which calls, expected --slow, --fail or --lose beside it.`,
    );
  }
  return faults;
}

function textOption(values: OptionValues, name: 'region' | 'service' | 'operation') {
  return values[name] === undefined ? {} : { [name]: String(values[name]) };
}

function numberOption(values: OptionValues, name: string): number {
  const number = Number(values[name]);
  if (!Number.isFinite(number)) throw new SandboxError(`--${name} is ${String(values[name])}, expected a number.`);
  return number;
}
