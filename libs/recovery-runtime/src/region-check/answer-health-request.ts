import { answerHealthy, answerServing, answerUnknown, type HttpAnswer } from './decide-answer';
import { parseHealthRequest } from './parse-health-request';
import type { CheckResult, RegionCheck } from './region-check';

export interface HealthRequestInstruments {
  /** Receives the observation that an answer comes from. */
  readonly report: (result: CheckResult) => void;
  /** Receives why an event was no request. */
  readonly refuse: (problem: string) => void;
}

/** Answers one request by the region's observation of itself. */
export async function answerHealthRequest(
  event: unknown,
  check: RegionCheck,
  { refuse, report }: HealthRequestInstruments,
): Promise<HttpAnswer> {
  const request = parseHealthRequest(event);
  switch (request.kind) {
    case 'malformed':
      refuse(request.problem);
      return answerUnknown();
    case 'unknown':
      return answerUnknown();
    case 'serving':
    case 'healthy': {
      const result = await check.result();
      report(result);
      return request.kind === 'healthy' ? answerHealthy(result.health) : answerServing(result.health);
    }
  }
}
