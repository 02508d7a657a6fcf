import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command, CommandError, type CommandContext, type MakeCommand } from '@dr/command-line';
import { loadEnvironment } from '@dr/environments';
import { didYouMean } from '@dr/nearest-name';
import { environmentOption, nextStep, type Platform, readPlatformStatus } from '@dr/recovery-cli';
import { type Row, ROWS } from '@dr/recovery-world';
import { connectHealthy, makeClients, untilServed } from '../drill/drill-command';
import { canHappen, LiveWorld } from './live-world';
import { playScenario } from './play-scenario';
import { RegionWriters } from './region-writers';
import { formatResult, type ScenarioResult } from './scenario-result';

/** Before the first event: clients and controllers of both regions have begun. */
const STEADY_MS = 10_000;
const LONGEST_STEADY_MS = 120_000;
const PATIENCE_MS = 2_000;

/** `stacks scenario` */
export const scenario: MakeCommand = (context) =>
  new Command('scenario')
    .summary('Let a scenario of the recovery matrix happen to the sandbox, and measure what clients see')
    .description(
      'Let the events of a row of docs/recovery-matrix.md happen to what is deployed in the sandbox account, under clients. ' +
        'What is deployed does the rest, and a person who types what recovery status says, five minutes after the first ' +
        'message. Without a name, list those that can be played.',
    )
    .argument('[row]', "Name of the row, such as 'a region goes dark; us-east-1 holds, automatic'")
    .addOption(environmentOption())
    .option('--output <file>', 'File of the result, as JSON (default: none)')
    .action(async (name: string | undefined, options: ScenarioOptions) => {
      const mode = loadEnvironment(options.environment).recovery.mode;
      const rows = ROWS.filter((row) => row.mode === mode && row.happenings.every(canHappen));
      if (name === undefined) for (const { title } of rows) context.print(title);
      else await play(rowNamed(name, rows), options, context);
    });

interface ScenarioOptions {
  readonly environment: string;
  readonly output?: string | undefined;
}

/** @throws CommandError with the nearest name, or with why it cannot be played */
function rowNamed(name: string, rows: readonly Row[]): Row {
  const found = rows.find(({ title }) => title === name);
  if (found !== undefined) return found;
  const isKnown = ROWS.some(({ title }) => title === name);
  const why = isKnown
    ? "it cannot be played here: its mode is not the environment's, or one of its events needs more than the sandbox's faults"
    : 'no row of the recovery matrix has this name';
  const titles = rows.map(({ title }) => title);
  throw new CommandError(
    `"${name}": ${why}. ${didYouMean(name, titles)} List those that can be played with: npx --no-install stacks scenario`.replace(
      '  ',
      ' ',
    ),
  );
}

async function play(row: Row, options: ScenarioOptions, context: CommandContext): Promise<void> {
  const { folder, print, say } = context;
  const { environment } = options;
  const { platform, sandbox } = await connectHealthy(environment, context);
  const { network, platform: platformName } = loadEnvironment(environment);
  const { primary, standby } = platform.settings.regions;
  const { clients, writes } = await makeClients(platform, sandbox, false);
  const timed = (text: string) => say(`${new Date().toISOString().slice(11, 19)} ${text}`);
  let count = 0;
  const writers = new RegionWriters([primary, standby], (region) =>
    writes.writeSql(region, `writer-${++count}`, AbortSignal.timeout(PATIENCE_MS)),
  );
  const before = await sandbox.setAutomation(true);
  const restore = async () => {
    await sandbox.clearFaults();
    await sandbox.setAutomation(before);
  };
  const interrupt = () => void restore().finally(() => process.exit(130));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const record = () => platform.ports.readControlRecord(AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
  const operator = (command: string) => typed(command, environment, context);
  const prefix = `${platformName}-${environment}`;
  let result: ScenarioResult;
  try {
    await writes.prepare();
    clients.start();
    writers.start();
    await untilServed(clients, primary, STEADY_MS, LONGEST_STEADY_MS, environment);
    const world = new LiveWorld({
      sandbox,
      prefix,
      zonesOf: (region) => [...'abcdef'].slice(0, network.zoneCount).map((letter) => `${region}${letter}`),
      record,
      deleteLedger: () => deleteLedger(platform),
      operator,
      say: timed,
    });
    const kindOf = (tier: string) => clients.kinds.find((kind) => kind.tier === tier);
    result = await playScenario(row, {
      world,
      sandbox,
      prefix,
      record,
      operator,
      say: timed,
      attemptsOf: (tier) => kindOf(tier)?.attempts ?? [],
      writes: writers.acknowledged,
      toldCommand: async () => COMMAND.exec(nextStep(await readPlatformStatus(platform)))?.[1],
      lossIn: async (region) => {
        const written = (kindOf('SQL writes')?.acknowledged ?? []).map(({ id }) => id);
        const found = await writes.found('SQL writes', region, region, written).catch(() => undefined);
        return {
          acknowledged: written.length,
          lost: found === undefined ? null : written.filter((id) => !found.has(id)).length,
        };
      },
    });
  } finally {
    await Promise.all([clients.stop(), writers.stop()]);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await restore();
  }
  print(formatResult(result));
  if (options.output !== undefined) {
    const file = resolve(folder, options.output);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  }
}

/** The command that a text tells a person to run. */
const COMMAND = /\b[Rr]un ((?:failover|evacuate|failback|approve)(?: --[\w-]+(?:=[\w-]+)?)*)/;

/** Types a command of the operator, whose refusal is the operator's to read. */
async function typed(command: string, environment: string, { say, workspaceRoot }: CommandContext): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      ...[join(workspaceRoot, 'node_modules/.bin/recovery'), ...command.split(' ')],
      ...[`--environment=${environment}`, '--account=sandbox', '--yes'],
    ],
    { cwd: workspaceRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [status] = await once(child, 'close');
  say(`${command}: exit status ${status}: ${output.trim().split('\n').at(-1)}`);
}

async function deleteLedger({ region, targets }: Platform): Promise<void> {
  const client = new DynamoDBClient({ region });
  try {
    await client.send(new DeleteItemCommand({ TableName: targets.controlTableName, Key: { item: { S: 'control' } } }));
  } finally {
    client.destroy();
  }
}
