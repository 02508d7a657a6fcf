import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DescribeGlobalClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { connectSandbox, describeFault, type Sandbox } from '@dr/aws-sandbox';
import { Command, type CommandContext, CommandError, type MakeCommand, Option, wholeNumber } from '@dr/command-line';
import { tablesContract } from '@dr/data/contract';
import { loadEnvironment } from '@dr/environments';
import { globalDnsContract } from '@dr/global-dns/contract';
import { cooldownLeftMs } from '@dr/recovery';
import { commandLine, connectPlatform, environmentOption, readPlatformStatus, type Platform } from '@dr/recovery-cli';
import { arnInRegion } from '@dr/recovery-runtime';
import type { ClientTier } from './client-tiers';
import { Clients } from './clients';
import { type DrillReport, formatReport, type LossReport, missedObjectives } from './drill-report';
import { DrillWrites } from './drill-writes';
import { pushService } from './push-service';
import { type Attempt, lossOf, recoveryOf, triesSince } from './timeline';

/** `stacks drill` */
export const drill: MakeCommand = (context) =>
  new Command('drill')
    .summary('Break the primary region of the sandbox under clients, and measure the recovery')
    .description(
      'Break the primary region of the sandbox account under clients, and measure what they see of it. The deployed ' +
        "failover controller and Route 53's checks do the recovery; the drill only watches, and exits with 1 where an " +
        'objective is missed. Go back afterwards with: npx --no-install recovery failback',
    )
    .addOption(environmentOption())
    .option('--refused', 'The region refuses connections (default: it is silent)', false)
    .addOption(new Option('--wait <seconds>', 'How long to watch for the recovery').argParser(wholeNumber).default(300))
    .option('--output <file>', 'File of the report, as JSON (default: dist/failover-drill/drill-<environment>.json)')
    .action(async (options) => context.endWith(await runDrill(options, context)));

interface DrillOptions {
  readonly environment: string;
  readonly refused: boolean;
  /** Seconds. */
  readonly wait: number;
  readonly output?: string | undefined;
}

/** Before the fault: long enough for health checks to turn, and for writes that can be lost. */
const STEADY_MS = 30_000;
/** Time that every client has to be served before the drill believes it. */
const SETTLED_MS = 5_000;
/** Time in which the client that keeps its DNS answer has one. */
const KEEPING_MS = 2_000;
const LONGEST_STEADY_MS = 120_000;
/** Kinds of clients that wait for the database to move. */
const OF_DATABASE: readonly ClientTier[] = ['SQL writes', 'orders'];

/** @returns the exit status: 1 where an objective was missed. @throws CommandError */
async function runDrill(options: DrillOptions, context: CommandContext): Promise<number> {
  const { folder, print, workspaceRoot } = context;
  const { platform, sandbox } = await connectHealthy(options.environment, context);
  const report = await breakAndWatch(platform, sandbox, options, context);
  const file =
    options.output === undefined
      ? join(workspaceRoot, `dist/failover-drill/drill-${options.environment}.json`)
      : resolve(folder, options.output);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(formatReport(report));
  print(`Report: ${file}`);
  const missed = missedObjectives(report);
  for (const problem of missed) print(problem);
  return missed.length > 0 ? 1 : 0;
}

/** The platform in the sandbox account, which serves in its primary, with no fault set. @throws CommandError */
export async function connectHealthy(
  environment: string,
  { say, variables, workspaceRoot }: CommandContext,
): Promise<{ readonly platform: Platform; readonly sandbox: Sandbox }> {
  const platform = await connectPlatform({
    ...{ environment, account: 'sandbox', workspaceRoot, say },
    report: () => undefined,
  });
  const sandbox = await connectSandbox(variables['DR_SANDBOX_HOME'] ?? join(workspaceRoot, '.sandbox'));
  await requireHealthy(platform, sandbox);
  return { platform, sandbox };
}

async function requireHealthy(platform: Platform, sandbox: Sandbox): Promise<void> {
  const { record } = await readPlatformStatus(platform);
  const { primary } = platform.settings.regions;
  if (record.step !== 'serving' || record.holder !== primary) {
    throw new CommandError(
      `${platform.environment}: step is ${record.step}, held by ${record.holder}, expected serving in ${primary}. Go back first with: ${typed('failback', platform.environment)}`,
    );
  }
  const nowMs = Date.now();
  const leftMs = cooldownLeftMs(record, nowMs, platform.settings.guard);
  if (platform.settings.mode === 'automatic' && leftMs > 0) {
    throw new CommandError(
      `${platform.environment}: the database moved lately, so that a promotion would wait for a person until ${new Date(nowMs + leftMs).toISOString().slice(0, 19)}Z. Drill again then.`,
    );
  }
  const faults = await sandbox.faults();
  if (faults.length > 0) {
    throw new CommandError(
      `faults are set already: ${faults.map(describeFault).join('; ')}. End them first with: npx --no-install stacks sandbox fault --clear`,
    );
  }
}

async function breakAndWatch(
  platform: Platform,
  sandbox: Sandbox,
  options: DrillOptions,
  { say, workspaceRoot }: Pick<CommandContext, 'say' | 'workspaceRoot'>,
): Promise<DrillReport> {
  const { primary, standby } = platform.settings.regions;
  const { objectives, platform: prefix } = loadEnvironment(options.environment);
  const { clients, writes } = await makeClients(
    platform,
    sandbox,
    await pushService(prefix, platform, sandbox, workspaceRoot, say),
  );
  const before = await sandbox.setAutomation(true);
  const restore = async () => {
    await sandbox.clearFaults();
    await sandbox.setAutomation(before);
  };
  // A region that stays dark after an interrupted drill would be the next user's riddle.
  const interrupt = () =>
    void restore().finally(() => {
      say(`${time()} interrupted: the fault is over. See what it left: ${typed('status', options.environment)}`);
      process.exit(130);
    });
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await writes.prepare().catch((error: Error) => {
      throw new CommandError(`${options.environment}: ${primary} takes no SQL: ${error.message}`);
    });
    clients.start();
    say(`${time()} clients try ${primary} twice a second; waiting until all are served for ${STEADY_MS / 1_000} s`);
    await untilServed(clients, primary, STEADY_MS, LONGEST_STEADY_MS, options.environment);
    // Not before: at the start of health checks, DNS may answer the standby.
    clients.startKeepingAnswer();
    await pause(KEEPING_MS);
    const faultAtMs = performance.now();
    const brokenAt = new Date();
    const manner = options.refused ? 'refused' : 'silent';
    await sandbox.setFaults({ kind: 'dark', region: primary, manner, sinceMs: brokenAt.getTime() });
    const darkAtMs = performance.now();
    say(`${time()} ${primary} is dark`);
    await watchRecovery(clients, standby, options.wait * 1_000, say);
    await clients.stop();
    return {
      environment: platform.environment,
      brokenRegion: primary,
      servingRegion: standby,
      brokenAt: brokenAt.toISOString(),
      tiers: clients.kinds.map(({ attempts, tier }) => ({
        tier,
        ...recoveryOf(attempts, faultAtMs, standby),
        objectiveSeconds: OF_DATABASE.includes(tier) ? objectives.sqlRecoverySeconds : objectives.entryRecoverySeconds,
      })),
      keepingAnswer: triesSince(clients.keepingAnswer, darkAtMs),
      losses: await lossesOf(clients, writes, faultAtMs, platform.settings.regions, objectives.dataLossMs),
    };
  } finally {
    await clients.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await restore();
  }
}

/** Writes acknowledged before the fault that the standby lacks; one that cannot be looked up there counts as lost. */
async function lossesOf(
  { kinds }: Clients,
  writes: DrillWrites,
  faultAtMs: number,
  { primary, standby }: { readonly primary: string; readonly standby: string },
  dataLossMs: number,
): Promise<readonly LossReport[]> {
  const writing = kinds.filter(({ tier }) => tier !== 'entry');
  return Promise.all(
    writing.map(async ({ acknowledged, tier }) => {
      const before = acknowledged.filter(({ atMs }) => atMs <= faultAtMs);
      const ids = before.map(({ id }) => id);
      const found = await writes.found(tier, standby, primary, ids).catch(() => new Set<string>());
      const objectiveMs = tier === 'strongly consistent writes' ? 0 : dataLossMs;
      return { tier, ...lossOf(before, found, faultAtMs), acknowledged: before.length, objectiveMs };
    }),
  );
}

/** Prints each kind of client as it is served again; ends when all are, or the time is over. */
async function watchRecovery(
  clients: Clients,
  region: string,
  longestMs: number,
  say: (text: string) => void,
): Promise<void> {
  const beganAtMs = performance.now();
  const told = new Set<string>();
  while (performance.now() - beganAtMs < longestMs) {
    for (const { attempts, tier } of clients.kinds) {
      if (told.has(tier) || attempts.at(-1)?.region !== region) continue;
      told.add(tier);
      say(`${time()} ${tier}: served by ${region} after ${((performance.now() - beganAtMs) / 1_000).toFixed(1)} s`);
    }
    if (clients.kinds.every(({ attempts }) => isServed(attempts, region, SETTLED_MS))) return;
    await pause(250);
  }
}

export async function untilServed(
  clients: Clients,
  region: string,
  forMs: number,
  longestMs: number,
  environment: string,
): Promise<void> {
  const beganAtMs = performance.now();
  while (!clients.kinds.every(({ attempts }) => isServed(attempts, region, forMs))) {
    if (performance.now() - beganAtMs > longestMs) {
      const failing = clients.kinds.filter(({ attempts }) => !isServed(attempts, region, SETTLED_MS));
      throw new CommandError(
        `${failing.map(({ tier }) => tier).join(', ')}: not served by ${region} before anything was broken. See: ${typed('status', environment)}`,
      );
    }
    await pause(250);
  }
}

/** Whether every try of the last time, and at least one before it, was served there. */
function isServed(attempts: readonly Attempt[], region: string, forMs: number): boolean {
  const sinceMs = performance.now() - forMs;
  const recent = attempts.filter(({ endedAtMs }) => endedAtMs >= sinceMs);
  const isLongEnough = (attempts.find((attempt) => attempt.region === region)?.endedAtMs ?? Infinity) <= sinceMs;
  return isLongEnough && recent.length > 0 && recent.every((attempt) => attempt.region === region);
}

export async function makeClients({ readOutputs, settings, targets }: Platform, sandbox: Sandbox, sendOrders: boolean) {
  const region = settings.regions.standby;
  const [{ serviceName }, { activityTableName }] = await Promise.all([
    readOutputs(globalDnsContract, ['serviceName']),
    readOutputs(tablesContract, ['activityTableName']),
  ]);
  const { GlobalClusters: found } = await new RDSClient({ region }).send(
    new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: targets.globalClusterIdentifier }),
  );
  const arns = (found?.[0]?.GlobalClusterMembers ?? []).map(({ DBClusterArn: arn = '' }) => arn);
  const clock = () => performance.now();
  const writes = new DrillWrites({
    run: String(Date.now()),
    settings,
    targets,
    activityTableName,
    clusterArnOf: (name) => arns.find((arn) => arn.split(':')[3] === name) ?? '',
    secretArnOf: (name) => arnInRegion(targets.secretArn, name),
  });
  const clients = new Clients({
    serviceName,
    entryPath: targets.entryPath,
    resolve: async (name) => {
      const answer = await sandbox.resolve(name);
      const [target] = answer?.values ?? [];
      if (answer === undefined || target === undefined) throw new Error(`${name} has no answer`);
      return { target: target.replace(/\.$/, '').toLowerCase(), ttlSeconds: answer.ttlSeconds };
    },
    writes,
    sendOrders,
    clock,
  });
  return { clients, writes };
}

function typed(command: 'failback' | 'status', environment: string): string {
  return commandLine(command, { environment, account: 'sandbox' });
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function time(): string {
  return new Date().toISOString().slice(11, 19);
}
