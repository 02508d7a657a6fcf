import type { AccountView } from '../../model/account-view';
import { text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';

/** A checker waits this long for a connection, and this long for the answer [Route 53 developer guide]. */
const CONNECT_TIMEOUT_MS = 4_000;
const ANSWER_TIMEOUT_MS = 2_000;
/** Of a body, this much is searched [same]. */
const SEARCHED_BYTES = 5_120;

/** What a checker asks. */
export interface Question {
  readonly host: string;
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Observed {
  /** Before inversion; null until enough was seen. */
  verdict: boolean | null;
  /** The last answer, and how many in a row were like it. */
  last: boolean | null;
  row: number;
  nextAtMs: number;
  isAsking: boolean;
  /** ms since 1970 of the last change. */
  changedAtMs: number;
}

/** A check as Route 53 tells of it. */
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
    private readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly nowMs: () => number,
  ) {}

  /** Asks what is due; resolves at once. */
  tick(): void {
    for (const record of this.account.list('aws_route53_health_check')) {
      if (text(record.attributes['type']).startsWith('HTTP')) void this.check(record);
    }
  }

  /** Forgets everything: nobody has asked for a while. */
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
      isAsking: false,
      changedAtMs: this.nowMs(),
    };
    this.observed.set(id, seen);
    if (seen.isAsking || this.nowMs() < seen.nextAtMs) return;
    seen.isAsking = true;
    seen.nextAtMs = this.nowMs() + Number(attributes['request_interval'] ?? 30) * 1_000;
    const isGood = await this.isGood(record);
    seen.isAsking = false;
    seen.row = seen.last === isGood ? seen.row + 1 : 1;
    seen.last = isGood;
    if (seen.row < Number(attributes['failure_threshold'] ?? 3) || seen.verdict === isGood) return;
    seen.verdict = isGood;
    seen.changedAtMs = this.nowMs();
  }

  private async isGood({ attributes }: ResourceRecord): Promise<boolean> {
    const question = {
      host: text(attributes['fqdn']) || text(attributes['ip_address']),
      path: text(attributes['resource_path']) || '/',
    };
    try {
      const { body, status } = await this.ask(question, AbortSignal.timeout(CONNECT_TIMEOUT_MS + ANSWER_TIMEOUT_MS));
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
