import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from '../account/account';
import { containsUnknown, isObject } from '../model/attribute-values';
import { ServiceCatalog } from '../model/catalog';
import { sameBlocks, sameValue } from '../model/same-value';
import type { Block } from '../model/schema';
import type { AttributePath, ObjectValue, Value } from '../model/value';
import { AwsProvider } from '../provider/aws-provider';
import type { Diagnostic, ProviderSession, StateResponse } from '../provider/provider-api';
import { installedSchemas } from '../schema/installed-schemas';
import * as services from '../services';

const schemas = installedSchemas();

export interface TerraformClientOptions {
  readonly home?: string;
  readonly region?: string;
  readonly defaultTags?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  readonly clock?: () => Date;
  readonly isDark?: (region: string) => boolean;
}

/** For specs: makes the calls that Terraform makes, with its merge of configuration and prior state, and no wire. */
export class TerraformClient {
  readonly home: string;
  readonly account: Account;
  readonly provider: AwsProvider;
  private readonly session: ProviderSession;

  constructor({ home, region = 'us-east-1', defaultTags, ...provider }: TerraformClientOptions = {}) {
    this.home = home ?? mkdtempSync(join(tmpdir(), 'sandbox-'));
    this.account = Account.open({ home: this.home });
    const catalog = new ServiceCatalog(Object.values(services));
    this.provider = new AwsProvider({ account: this.account, schemas, catalog, ...provider });
    this.session = { config: { region, default_tags: defaultTags === undefined ? [] : [{ tags: defaultTags }] } };
  }

  /** Plans and applies. @throws with the diagnostics' summaries */
  apply(type: string, given: ObjectValue, prior: ObjectValue | null = null): ObjectValue {
    const { state, diagnostics } = this.tryApply(type, given, prior);
    if (state === null || diagnostics.length > 0) throw new Error(diagnostics.map(({ summary }) => summary).join('\n'));
    return state;
  }

  /** @throws like Terraform when what is there after apply is not what was planned */
  tryApply(type: string, given: ObjectValue, prior: ObjectValue | null = null): StateResponse {
    const config = this.configOf(type, given);
    const invalid = this.provider.validate('resource', type, config);
    if (invalid.length > 0) return { state: prior, diagnostics: invalid };
    const { planned } = this.plan(type, given, prior);
    const response = this.provider.apply(this.session, { type, prior, planned, config });
    if (response.diagnostics.length === 0 && planned !== null && response.state !== null) {
      const broken = differences(this.provider.lifecycle.schemaOf(type).block, planned, response.state).filter(
        (name) => !containsUnknown(planned[name]),
      );
      if (broken.length > 0) throw new Error(`Provider produced inconsistent result after apply: ${broken.join(', ')}`);
    }
    return response;
  }

  /** Applies, and returns the refusal as Terraform shows it: the first problem's summary and the attribute that it names. */
  refusal(type: string, given: ObjectValue, prior: ObjectValue | null = null): readonly [string, string] | undefined {
    return shown(this.tryApply(type, given, prior).diagnostics);
  }

  refusalOfDestroy(type: string, prior: ObjectValue): readonly [string, string] | undefined {
    return shown(this.destroy(type, prior));
  }

  /** Names of what a refresh and a plan would change; empty when configuration and account agree. */
  changes(type: string, given: ObjectValue, state: ObjectValue): readonly string[] {
    const prior = this.refresh(type, state);
    const { planned } = this.plan(type, given, prior);
    return differences(this.provider.lifecycle.schemaOf(type).block, prior ?? {}, planned ?? {});
  }

  /** Names of what a plan would replace the resource for. */
  replacements(type: string, given: ObjectValue, state: ObjectValue): readonly string[] {
    return this.plan(type, given, this.refresh(type, state)).requiresReplace.map((path) => path.join('.'));
  }

  plan(
    type: string,
    given: ObjectValue,
    prior: ObjectValue | null = null,
  ): { readonly planned: ObjectValue | null; readonly requiresReplace: readonly AttributePath[] } {
    const config = this.configOf(type, given);
    const { block } = this.provider.lifecycle.schemaOf(type);
    return this.provider.plan(this.session, { type, prior, config, proposed: propose(block, config, prior) });
  }

  destroy(type: string, prior: ObjectValue): readonly Diagnostic[] {
    return this.provider.apply(this.session, { type, prior, planned: null, config: null }).diagnostics;
  }

  refresh(type: string, state: ObjectValue): ObjectValue | null {
    return this.provider.read(this.session, type, state).state;
  }

  import(type: string, id: string) {
    return this.provider.importResource(this.session, type, id);
  }

  data(type: string, given: ObjectValue = {}) {
    return this.provider.readDataSource(this.session, type, given);
  }

  ephemeral(type: string, given: ObjectValue = {}) {
    return this.provider.openEphemeral(this.session, type, given);
  }

  close(): void {
    this.account.close();
  }

  private configOf(type: string, given: ObjectValue): ObjectValue {
    return complete(this.provider.lifecycle.schemaOf(type).block, given);
  }
}

function shown([first]: readonly Diagnostic[]): readonly [string, string] | undefined {
  return first === undefined ? undefined : [first.summary, (first.path ?? []).join('.')];
}

function differences({ attributes, blocks }: Block, left: ObjectValue, right: ObjectValue): readonly string[] {
  return [
    ...Object.keys(attributes).filter(
      (name) => !sameValue(left[name], right[name], attributes[name]?.type ?? 'dynamic'),
    ),
    ...Object.entries(blocks).flatMap(([name, nested]) => (sameBlocks(left[name], right[name], nested) ? [] : [name])),
  ];
}

/** A VPC with two subnets in two zones and a security group, which most resources stand in. */
export function networkOf(terraform: TerraformClient, region = 'us-east-1') {
  const vpc = terraform.apply('aws_vpc', { region, cidr_block: '10.0.0.0/16' });
  const subnet = (letter: string, cidr: string) =>
    terraform.apply('aws_subnet', {
      region,
      vpc_id: vpc['id'] ?? null,
      cidr_block: cidr,
      availability_zone: `${region}${letter}`,
    });
  const group = terraform.apply('aws_security_group', { region, name: 'api', vpc_id: vpc['id'] ?? null });
  const [a, b] = [subnet('a', '10.0.0.0/24'), subnet('b', '10.0.1.0/24')];
  return {
    vpc,
    group,
    vpcId: String(vpc['id']),
    subnetIds: [String(a['id']), String(b['id'])],
    groupId: String(group['id']),
  };
}

function complete(block: Block, given: ObjectValue): ObjectValue {
  const config: Record<string, Value> = {};
  for (const name of Object.keys(block.attributes)) config[name] = given[name] ?? null;
  for (const [name, { nesting, block: inner }] of Object.entries(block.blocks)) {
    const value = given[name] ?? null;
    config[name] = Array.isArray(value)
      ? value.map((element: Value) => (isObject(element) ? complete(inner, element) : element))
      : isObject(value)
        ? complete(inner, value)
        : nesting === 'single'
          ? value
          : [];
  }
  return config;
}

/** Terraform's merge: where the configuration is silent, a computed attribute keeps its prior value. */
function propose(block: Block, config: ObjectValue, prior: ObjectValue | null): ObjectValue {
  const proposed: Record<string, Value> = {};
  for (const [name, { computed }] of Object.entries(block.attributes)) {
    proposed[name] = (config[name] ?? null) === null && computed ? (prior?.[name] ?? null) : (config[name] ?? null);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = config[name] ?? null;
    const before = prior?.[name] ?? null;
    proposed[name] = Array.isArray(value)
      ? value.map((element: Value, index) => {
          const former: Value =
            nested.nesting === 'list' && Array.isArray(before) ? ((before[index] as Value | undefined) ?? null) : null;
          return isObject(element) ? propose(nested.block, element, isObject(former) ? former : null) : element;
        })
      : value;
  }
  return proposed;
}
