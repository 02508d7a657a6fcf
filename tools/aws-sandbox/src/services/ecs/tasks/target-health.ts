import { request } from 'node:http';
import { blocks, text } from '../../../model/attribute-values';
import type { ResourceRecord } from '../../../model/resource-record';

/** Health check of a target group, ms for seconds. */
export interface TargetHealthCheck {
  readonly path: string;
  /** Whether a status is a success: `200`, `200,302` or `200-299`. */
  readonly isSuccess: (status: number) => boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export function healthCheckOf({ attributes }: ResourceRecord): TargetHealthCheck {
  const [check = {}] = blocks(attributes['health_check']);
  const ranges = (text(check['matcher']) || '200').split(',').map((range) => range.split('-').map(Number));
  return {
    path: text(check['path']) || '/',
    isSuccess: (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to),
    intervalMs: Number(check['interval'] ?? 30) * 1_000,
    timeoutMs: Number(check['timeout'] ?? 5) * 1_000,
    healthyThreshold: Number(check['healthy_threshold'] ?? 3),
    unhealthyThreshold: Number(check['unhealthy_threshold'] ?? 3),
  };
}

/** `initial`: no check has succeeded yet [Elastic Load Balancing user guide, target group health checks]. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy';

/** Decides a target's state from its checks. */
export class TargetHealth {
  state: TargetState = 'initial';
  /** Results alike, in a row. */
  private streak = { succeeded: false, length: 0 };

  /**
   * One success makes a new target healthy; later changes take as many checks in a row as the thresholds say.
   *
   * @returns whether the state changed
   */
  count(succeeded: boolean, { healthyThreshold, unhealthyThreshold }: TargetHealthCheck): boolean {
    const length = succeeded === this.streak.succeeded ? this.streak.length + 1 : 1;
    this.streak = { succeeded, length };
    const state = succeeded ? 'healthy' : 'unhealthy';
    const healthyAfter = this.state === 'initial' ? 1 : healthyThreshold;
    if (this.state === state || length < (succeeded ? healthyAfter : unhealthyThreshold)) return false;
    this.state = state;
    return true;
  }
}

/** One check of a target. @param socket stands for its address and port */
export function checkTarget(socket: string, { isSuccess, path, timeoutMs }: TargetHealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      {
        socketPath: socket,
        path,
        timeout: timeoutMs,
        headers: { host: 'target', 'user-agent': 'ELB-HealthChecker/2.0' },
      },
      (answer) => {
        answer.resume();
        resolve(isSuccess(answer.statusCode ?? 0));
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('close', () => resolve(false));
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
