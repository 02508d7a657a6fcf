import { createHash } from 'node:crypto';
import type { Account } from '../../../account/account';
import { blocks, text } from '../../../model/attribute-values';
import type { ResourceRecord } from '../../../model/resource-record';

/** Tasks of a new revision that fail before the breaker opens: half of those wanted, 3 to 200 [ECS developer guide]. */
const LEAST_FAILURES = 3;
const MOST_FAILURES = 200;
/** Growing pause before another task of a revision that fails, as ECS throttles restarts; much shorter than there. */
const PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

const TYPE = 'ecs_deployment';

/** Id of the deployment of a revision: `ecs-svc/<19 digits>`. */
export function deploymentId(definition: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(definition).digest('hex').slice(0, 15)}`);
  return `ecs-svc/${String(digits).padStart(19, '0')}`;
}

/**
 * A service's deployment with its circuit breaker: which revision is to run, and what became of it. In the account are the
 * revision that was last healthy, and the one that failed; the count of failures begins anew with the process.
 */
export class Deployment {
  private failures = 0;
  private failing = '';
  private pausedUntil = 0;

  constructor(
    private readonly account: Account,
    private readonly service: ResourceRecord,
  ) {}

  static forget(account: Account, serviceId: string): void {
    const kept = account.list(TYPE).filter(({ id }) => id === serviceId);
    account.commit(kept.map((record) => ({ remove: record })));
  }

  /** @param given the service's own. @returns the revision that tasks are started of; none where it failed for good */
  wanted(given: string): string | undefined {
    const { completed, failed } = this.kept;
    if (given !== failed) return given;
    return this.breaker?.['rollback'] === true && completed !== '' ? completed : undefined;
  }

  /** The revision that failed for good; empty where none did. */
  get failedRevision(): string {
    return this.kept.failed;
  }

  /** Whether every wanted task of the revision was healthy once. */
  isCompleted(definition: string): boolean {
    return this.kept.completed === definition;
  }

  /** Failures in a row of the revision, since the process began. */
  failuresOf(definition: string): number {
    return this.failing === definition ? this.failures : 0;
  }

  /** Whether a task may become healthy yet. */
  get isStarting(): boolean {
    return this.kept.failed === '' || this.breaker?.['rollback'] === true;
  }

  mayStart(): boolean {
    return Date.now() >= this.pausedUntil;
  }

  get outcome(): string {
    const { completed } = this.kept;
    if (this.breaker?.['rollback'] !== true || completed === '') return 'no task of it is started any more';
    return `rolled back to ${completed}`;
  }

  /** Every task that is wanted is healthy. */
  complete(definition: string): void {
    this.failures = 0;
    if (this.kept.completed !== definition) this.keep({ ...this.kept, completed: definition });
  }

  /**
   * Counts a task that ended before it was healthy.
   *
   * @returns whether the circuit breaker has opened by it
   */
  fail(definition: string): boolean {
    if (this.failing !== definition) this.failures = 0;
    this.failing = definition;
    this.failures += 1;
    this.pausedUntil = Date.now() + Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (this.failures - 1));
    const { completed, failed } = this.kept;
    const desired = Number(this.current.attributes['desired_count'] ?? 0);
    const most = Math.min(MOST_FAILURES, Math.max(LEAST_FAILURES, Math.ceil(desired / 2)));
    const isOpen = this.breaker?.['enable'] === true && definition !== completed && definition !== failed;
    if (!isOpen || this.failures < most) return false;
    this.failures = 0;
    this.pausedUntil = 0;
    this.keep({ completed, failed: definition });
    return true;
  }

  private get current(): ResourceRecord {
    return this.account.find(this.service.type, this.service.region, this.service.id) ?? this.service;
  }

  private get breaker() {
    return blocks(this.current.attributes['deployment_circuit_breaker'])[0];
  }

  private get kept(): { readonly completed: string; readonly failed: string } {
    const attributes = this.account.find(TYPE, this.service.region, this.service.id)?.attributes ?? {};
    return { completed: text(attributes['completed']), failed: text(attributes['failed']) };
  }

  private keep(attributes: { readonly completed: string; readonly failed: string }): void {
    const { id, region } = this.service;
    this.account.commit([{ put: { type: TYPE, service: 'ecs', region, id, attributes } }]);
  }
}
