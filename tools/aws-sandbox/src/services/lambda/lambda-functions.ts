import { join } from 'node:path';
import { safeName } from '../../account/account-files';
import { PrivateFolder } from '../../account/private-folder';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import { randomUuid } from '../../model/random-id';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { DatabaseAuthority } from '../../network/database-authority';
import type { ServiceContext } from '../../runtime/aws-service';
import { roleCredentials } from '../../runtime/role-credentials';
import { unpackCode } from '../../runtime/unpack-code';
import { putMetrics } from '../../runtime/put-metrics';
import { queueMessage } from '../sqs/queue-message';
import { embeddedMetrics, putRunMetrics } from './embedded-metrics';
import { ExecutionEnvironment, type Outcome } from './execution-environment';
import { SANDBOX_VARIABLES } from './function-messages';
import { reportLine } from './report-line';

/** Lambda's file of AWS's authorities [AWS Lambda developer guide, Node.js]. Here, those of the account's databases. */
const AUTHORITIES = '/var/runtime/ca-cert.pem';
/** Time that an idle process stays warm. */
const IDLE_MS = 60_000;
/** Invocations of an asynchronous event, the first included [AWS Lambda developer guide, asynchronous invocation]. */
const ASYNCHRONOUS_ATTEMPTS = 3;
/** Default concurrency of an account in a region [AWS Lambda quotas]; here, processes of this machine. */
const MOST_ENVIRONMENTS = 10;

/** Requests in a second for each concurrent run that is reserved [AWS Lambda developer guide, function URLs, throttling; quotas]. */
const REQUESTS_PER_RUN = 10;
const SECOND_MS = 1_000;

/** Outcome of a run while a fault says so. */
const BROKEN: Outcome = {
  kind: 'failed',
  error: {
    errorType: 'Runtime.ExitError',
    errorMessage: 'RequestId: Error: Runtime exited with error: exit status 1',
    trace: [],
  },
};

interface Pool {
  /** Of everything that a process was started with: another one is a new function to it. */
  readonly version: string;
  readonly idle: { readonly environment: ExecutionEnvironment; readonly timer: NodeJS.Timeout }[];
  readonly all: Set<ExecutionEnvironment>;
  /** Requests since the begin of a second, by a monotonic clock. */
  second: { readonly beganAtMs: number; requests: number };
}

/** @param named name, ARN, or `123456789012:function:name`: a function is called by any of them */
export function nameIn(named: string): string {
  return named.split('function:').at(-1)?.split(':')[0] ?? named;
}

/** The functions that Terraform deployed, run as processes of this machine with the variables and the role it gave them. */
export class LambdaFunctions {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly context: ServiceContext) {}

  /** @param named name, or ARN. @throws AwsError where there is none */
  find(region: string, named: string): ResourceRecord {
    const name = nameIn(named);
    const record = this.context.account.find('aws_lambda_function', region, name);
    if (record !== undefined) return record;
    const arn = `arn:aws:lambda:${region}:${this.context.account.accountId}:function:${name}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
  }

  /**
   * Runs the function once. @throws AwsError where Lambda would not: throttled at its concurrency
   *
   * @param event what its handler is given
   */
  async invoke(record: ResourceRecord, event: unknown): Promise<Outcome> {
    const { faults, nowMs, of } = this.context;
    const runAtMs = nowMs();
    const isBroken = faults.isFunctionBroken(record.region, record.id);
    const outcome = isBroken ? BROKEN : await this.run(record, event);
    putRunMetrics(of(putMetrics), record.region, record.id, { atMs: runAtMs, hasFailed: outcome.kind === 'failed' });
    return outcome;
  }

  private async run(record: ResourceRecord, event: unknown): Promise<Outcome> {
    await this.context.openNetwork();
    const { environment, isNew } = this.take(record);
    const requestId = randomUuid();
    const timeoutSeconds = Number(record.attributes['timeout'] ?? 3);
    const log = (line: string) => this.log(record, line);
    // Lines logged while the code loads come before the first invocation, whose time begins after that.
    const { durationMs: initMs, error } = await environment.initialized;
    log(`START RequestId: ${requestId} Version: $LATEST`);
    const beganAt = performance.now();
    const outcome = await environment.invoke(
      { requestId, functionArn: record.arn ?? '', event, deadlineMs: Date.now() + timeoutSeconds * 1_000 },
      timeoutSeconds,
    );
    const durationMs = performance.now() - beganAt;
    if (outcome.kind === 'failed') log(`ERROR ${JSON.stringify(outcome.error)}`);
    log(`END RequestId: ${requestId}`);
    log(
      reportLine({
        requestId,
        durationMs,
        memoryMb: Number(record.attributes['memory_size'] ?? 128),
        maxMemoryMb: environment.maxMemoryMb,
        initMs: isNew && error === null ? initMs : undefined,
      }),
    );
    this.giveBack(record, environment);
    return outcome;
  }

  /** Runs it later, again where it fails, and hands an event that failed for good to its dead-letter queue. */
  invokeLater(record: ResourceRecord, event: unknown): void {
    void this.attempt(record, event, 1);
  }

  close(): void {
    for (const { all, idle } of this.pools.values()) {
      for (const { timer } of idle) clearTimeout(timer);
      for (const environment of all) environment.end();
    }
    this.pools.clear();
  }

  private async attempt(record: ResourceRecord, event: unknown, number: number): Promise<void> {
    if (this.context.faults.isDark(record.region)) return;
    const outcome = await this.invoke(record, event).catch((error: unknown): Outcome => ({
      kind: 'failed',
      error: { errorType: 'Throttled', errorMessage: String(error), trace: [] },
    }));
    if (outcome.kind === 'result') return;
    if (number < ASYNCHRONOUS_ATTEMPTS) return this.attempt(record, event, number + 1);
    this.keepFailedEvent(record, event, outcome.error.errorMessage);
  }

  private keepFailedEvent(record: ResourceRecord, event: unknown, error: string): void {
    const [deadLetters] = blocks(record.attributes['dead_letter_config']);
    const target = this.context.account.findByArn(text(deadLetters?.['target_arn']));
    if (target?.type !== 'aws_sqs_queue') return;
    const message = queueMessage(target, JSON.stringify(event), Date.now(), { error_message: error });
    this.context.account.commit([{ put: message }]);
  }

  private take(record: ResourceRecord): { readonly environment: ExecutionEnvironment; readonly isNew: boolean } {
    const pool = this.poolOf(record);
    const reserved = Number(record.attributes['reserved_concurrent_executions'] ?? -1);
    if (reserved >= 0 && countIn(pool) > reserved * REQUESTS_PER_RUN) throw throttled();
    for (let warm = pool.idle.pop(); warm !== undefined; warm = pool.idle.pop()) {
      clearTimeout(warm.timer);
      if (warm.environment.isUsable) return { environment: warm.environment, isNew: false };
      pool.all.delete(warm.environment);
    }
    const most = reserved < 0 ? MOST_ENVIRONMENTS : Math.min(reserved, MOST_ENVIRONMENTS);
    if (pool.all.size >= most) throw throttled();
    const environment = new ExecutionEnvironment({
      command: this.context.functionCommand,
      folder: unpackCode(this.context, text(record.attributes['code_sha256'])),
      variables: this.variablesOf(record),
      log: (line) => this.log(record, line),
    });
    pool.all.add(environment);
    return { environment, isNew: true };
  }

  private giveBack(record: ResourceRecord, environment: ExecutionEnvironment): void {
    const pool = this.pools.get(record.arn ?? '');
    if (!pool?.all.has(environment) || !environment.isUsable) {
      environment.end();
      pool?.all.delete(environment);
      return;
    }
    const timer = setTimeout(() => {
      pool.idle.splice(
        pool.idle.findIndex((warm) => warm.environment === environment),
        1,
      );
      pool.all.delete(environment);
      environment.end();
    }, IDLE_MS).unref();
    pool.idle.push({ environment, timer });
  }

  /** A function that was changed starts anew; what still runs ends when it is done. */
  private poolOf(record: ResourceRecord): Pool {
    const version = JSON.stringify(record.attributes);
    const present = this.pools.get(record.arn ?? '');
    if (present?.version === version) return present;
    for (const { environment, timer } of present?.idle ?? []) {
      clearTimeout(timer);
      environment.end();
    }
    const pool: Pool = { version, idle: [], all: new Set(), second: { beganAtMs: -Infinity, requests: 0 } };
    this.pools.set(record.arn ?? '', pool);
    return pool;
  }

  private variablesOf({ arn, attributes, id, region }: ResourceRecord): Readonly<Record<string, string>> {
    const [environment] = blocks(attributes['environment']);
    const own = Object.entries((environment?.['variables'] ?? {}) as ObjectValue);
    const [logging] = blocks(attributes['logging_config']);
    return {
      ...Object.fromEntries(own.map(([name, value]) => [name, this.variable(text(value))])),
      PATH: process.env['PATH'] ?? '',
      TZ: ':UTC',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${text(attributes['runtime'])}`,
      AWS_LAMBDA_FUNCTION_NAME: id,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(attributes['memory_size'] ?? 128),
      AWS_LAMBDA_LOG_GROUP_NAME: text(logging?.['log_group']) || `/aws/lambda/${id}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUuid()}`,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      _HANDLER: text(attributes['handler']),
      ...roleCredentials(text(attributes['role']), arn ?? ''),
      AWS_ENDPOINT_URL: this.context.address(),
      [SANDBOX_VARIABLES.address]: this.context.address(),
      [SANDBOX_VARIABLES.network]: this.context.network,
    };
  }

  private variable(value: string): string {
    return value === AUTHORITIES ? new DatabaseAuthority(this.context.home).file : value;
  }

  private log({ id, region }: ResourceRecord, line: string): void {
    const logs = new PrivateFolder(join(this.context.home, 'logs'));
    logs.append(logs.fileOf(region, `${safeName(id)}.log`), `${line}\n`);
    for (const { atMs, metric, set } of embeddedMetrics(line))
      this.context.of(putMetrics).put(region, metric, set, atMs);
  }
}

/** @returns how many requests there were in this second, this one among them */
function countIn(pool: Pool): number {
  const nowMs = performance.now();
  if (nowMs - pool.second.beganAtMs >= SECOND_MS) pool.second = { beganAtMs: nowMs, requests: 0 };
  return ++pool.second.requests;
}

function throttled(): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
  });
}
