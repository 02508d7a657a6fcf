import { blocks, containsUnknown, isObject, text, texts } from '../model/attribute-values';
import { DEFAULT_REGION, isRegion, nearestRegion } from '../model/regions';
import { UNKNOWN, type ObjectValue, type Value } from '../model/value';
import type { Diagnostic, ProviderSession } from './provider-api';

/** Settings of a provider block that the account acts on. */
export interface ProviderSettings {
  /** UNKNOWN while it depends on a resource that is not made yet. */
  readonly region: string | typeof UNKNOWN;
  readonly defaultTags: ObjectValue | typeof UNKNOWN;
}

export function parseProviderSettings(session: ProviderSession): ProviderSettings {
  const config = session.config ?? {};
  const region = config['region'];
  const tags: Value = blocks(config['default_tags'])[0]?.['tags'] ?? null;
  return {
    region: region === UNKNOWN ? UNKNOWN : text(region) || DEFAULT_REGION,
    defaultTags: tags === UNKNOWN ? UNKNOWN : isObject(tags) ? tags : {},
  };
}

/** Refusals of a provider block, in the provider's own words where it has any. */
export function validateProviderConfig(config: ObjectValue, accountId: string): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const region = text(config['region']);
  if (region !== '' && !isRegion(region)) problems.push(unknownRegion(region));
  const allowed = texts(config['allowed_account_ids']);
  if (!containsUnknown(config['allowed_account_ids']) && allowed.length > 0 && !allowed.includes(accountId)) {
    problems.push({
      severity: 'error',
      summary: `AWS account ID not allowed: ${accountId}`,
      detail: `allowed_account_ids is ${allowed.join(', ')}, and the sandbox is account ${accountId}. Deploy to the sandbox with an environment of that account, or start it with --account ${allowed[0]}.`,
      path: ['allowed_account_ids'],
    });
  }
  if (texts(config['forbidden_account_ids']).includes(accountId)) {
    problems.push({
      severity: 'error',
      summary: `AWS account ID not allowed: ${accountId}`,
      detail: `forbidden_account_ids names the sandbox's account ${accountId}. Start it with --account and another one.`,
      path: ['forbidden_account_ids'],
    });
  }
  return problems;
}

export function unknownRegion(region: string): Diagnostic {
  return {
    severity: 'error',
    summary: `invalid AWS Region: ${region}`,
    detail: `region is ${JSON.stringify(region)}, expected a commercial region of AWS. Did you mean ${nearestRegion(region)}?`,
    path: ['region'],
  };
}
