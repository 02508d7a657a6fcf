import type { AccountView } from '../../model/account-view';
import { text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';

/** Timeouts of a checker for the connection, and then for the response [Route 53 developer guide]. */
const CONNECT_TIMEOUT_MS = 4_000;
const ANSWER_TIMEOUT_MS = 2_000;
/** Part of a body that is searched, from its start [same]. */
const SEARCHED_BYTES = 5_120;

const USUAL_PORT = 443;

/** Request of a checker. */
export interface Probe {
  readonly host: string;
  /** @default 443 */
  readonly port?: number;
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Observed {
  /** Before inversion; null until enough was seen. */
  verdict: boolean | null;
  /** Result of the last probe, and the number of equal results in a row. */
  last: boolean | null;
  row: number;
  nextAtMs: number;
  isProbing: boolean;
  /** ms since 1970 of the last change. */
  changedAtMs: number;
}

/** State of a health check, as Route 53 reports it. */
export interface HealthCheckState {
  readonly isHealthy: boolean;
  readonly changedAtMs: number;
}

/**
 * Route 53's health checks, by one checker instead of some fifteen: as many answers in a row as the threshold says turn a
 * check, either way. A new check is healthy until enough was seen, an inverted one is not [Route 53 developer guide].
 */
export class HealthCheckers {
  private readonly observed = new Map<string, Observed>();

  constructor(
    private readonly account: AccountView,
    private readonly send: (probe: Probe, signal: AbortSignal) => Promise<Answer>,
    private readonly nowMs: () => number,
  ) {}

  /** Starts the probes that are due; returns at once. */
  tick(): void {
    for (const record of this.account.list('aws_route53_health_check')) {
      if (text(record.attributes['type']).startsWith('HTTP')) void this.check(record);
    }
  }

  /** Forgets all results: they are stale once automation was off. */
  forget(): void {
    this.observed.clear();
  }

  readonly isHealthy = (id: string): boolean => this.stateOf(id).isHealthy;

  stateOf(id: string, depth = 0): HealthCheckState {
    const record = this.account.list('aws_route53_health_check').find((candidate) => candidate.id === id);
    if (record === undefined || depth > 8) return { isHealthy: true, changedAtMs: 0 };
    const { attributes } = record;
    if (attributes['type'] === 'CALCULATED') {
      const children = texts(attributes['child_healthchecks']).map((child) => this.stateOf(child, depth + 1));
      const healthy = children.filter((child) => child.isHealthy).length;
      return {
        isHealthy: healthy >= Number(attributes['child_health_threshold'] ?? 0) !== isInverted(record),
        changedAtMs: Math.max(0, ...children.map(({ changedAtMs }) => changedAtMs)),
      };
    }
    const seen = this.observed.get(id);
    return { isHealthy: (seen?.verdict ?? true) !== isInverted(record), changedAtMs: seen?.changedAtMs ?? 0 };
  }

  private async check(record: ResourceRecord): Promise<void> {
    const { attributes, id } = record;
    const seen = this.observed.get(id) ?? {
      verdict: null,
      last: null,
      row: 0,
      nextAtMs: 0,
      isProbing: false,
      changedAtMs: this.nowMs(),
    };
    this.observed.set(id, seen);
    if (seen.isProbing || this.nowMs() < seen.nextAtMs) return;
    seen.isProbing = true;
    seen.nextAtMs = this.nowMs() + Number(attributes['request_interval'] ?? 30) * 1_000;
    const isGood = await this.isGood(record);
    seen.isProbing = false;
    seen.row = seen.last === isGood ? seen.row + 1 : 1;
    seen.last = isGood;
    if (seen.row < Number(attributes['failure_threshold'] ?? 3) || seen.verdict === isGood) return;
    seen.verdict = isGood;
    seen.changedAtMs = this.nowMs();
  }

  private async isGood({ attributes }: ResourceRecord): Promise<boolean> {
    const port = Number(attributes['port'] ?? USUAL_PORT);
    const probe = {
      host: text(attributes['fqdn']) || text(attributes['ip_address']),
      ...(port !== USUAL_PORT && { port }),
      path: text(attributes['resource_path']) || '/',
    };
    try {
      const { body, status } = await this.send(probe, AbortSignal.timeout(CONNECT_TIMEOUT_MS + ANSWER_TIMEOUT_MS));
      const isAnswered = status >= 200 && status < 400;
      const searched = text(attributes['search_string']);
      return isAnswered && (searched === '' || body.slice(0, SEARCHED_BYTES).includes(searched));
    } catch {
      return false;
    }
  }
}

function isInverted({ attributes }: ResourceRecord): boolean {
  return attributes['invert_healthcheck'] === true;
}
