import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attribute, AttributeType, Block, NestedBlock, Schema, SchemaSource } from '../model/schema';
import { BindingsSchemaSource } from './bindings-schema-source';
import { installedSchemas } from './installed-schemas';
import { PackedSchemas, packSchemas } from './packed-schemas';

// The facts are those of the AWS provider's reference; the derivation reads them from the installed bindings alone.
const source = installedSchemas();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-schema-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function find(type: string, from: SchemaSource = source): Schema {
  const schema = from.find('resource', type);
  if (schema === undefined) throw new Error(`no schema of ${type}`);
  return schema;
}

/** The block of a type, or one nested in it: `aws_dynamodb_table.import_table.s3_bucket_source`. */
function blockAt(path: string): Block {
  const [type = '', ...names] = path.split('.');
  return names.reduce<Block>((block, name) => block.blocks[name]?.block ?? { attributes: {}, blocks: {} }, {
    ...find(type).block,
  });
}

function attributeAt(path: string): Attribute | undefined {
  const dot = path.lastIndexOf('.');
  return blockAt(path.slice(0, dot)).attributes[path.slice(dot + 1)];
}

function nestedAt(path: string): NestedBlock | undefined {
  const dot = path.lastIndexOf('.');
  return blockAt(path.slice(0, dot)).blocks[path.slice(dot + 1)];
}

type Flag = 'required' | 'optional' | 'computed' | 'sensitive' | 'writeOnly';

/** The marks of an attribute, as the provider's reference lists them. */
const flagsOf = (attribute: Attribute | undefined): readonly Flag[] =>
  (['required', 'optional', 'computed', 'sensitive', 'writeOnly'] as const).filter((flag) => attribute?.[flag]);

const SECURITY_GROUP_RULES: AttributeType = {
  set: {
    object: {
      cidr_blocks: { list: 'string' },
      description: 'string',
      from_port: 'number',
      ipv6_cidr_blocks: { list: 'string' },
      prefix_list_ids: { list: 'string' },
      protocol: 'string',
      security_groups: { set: 'string' },
      self: 'bool',
      to_port: 'number',
    },
  },
};

const ATTRIBUTES: readonly (readonly [string, AttributeType, readonly Flag[]])[] = [
  ['aws_vpc.cidr_block', 'string', ['optional', 'computed']],
  ['aws_vpc.enable_dns_support', 'bool', ['optional']],
  ['aws_vpc.ipv4_netmask_length', 'number', ['optional']],
  ['aws_vpc.default_security_group_id', 'string', ['computed']],
  ['aws_vpc.tags', { map: 'string' }, ['optional']],
  ['aws_vpc.tags_all', { map: 'string' }, ['optional', 'computed']],
  ['aws_vpc.region', 'string', ['optional', 'computed']],
  ['aws_subnet.vpc_id', 'string', ['required']],
  ['aws_subnet.availability_zone', 'string', ['optional', 'computed']],
  ['aws_subnet.map_public_ip_on_launch', 'bool', ['optional']],
  ['aws_subnet.timeouts.create', 'string', ['optional']],
  ['aws_rds_cluster.engine', 'string', ['required']],
  ['aws_rds_cluster.vpc_security_group_ids', { set: 'string' }, ['optional', 'computed']],
  ['aws_rds_cluster.master_password', 'string', ['optional', 'sensitive']],
  ['aws_rds_cluster.master_password_wo', 'string', ['optional', 'writeOnly']],
  ['aws_rds_cluster.master_password_wo_version', 'number', ['optional']],
  [
    'aws_rds_cluster.master_user_secret',
    { list: { object: { kms_key_id: 'string', secret_arn: 'string', secret_status: 'string' } } },
    ['computed'],
  ],
  ['aws_rds_cluster.serverlessv2_scaling_configuration.max_capacity', 'number', ['required']],
  ['aws_dynamodb_table.name', 'string', ['required']],
  ['aws_dynamodb_table.stream_arn', 'string', ['computed']],
  ['aws_dynamodb_table.read_capacity', 'number', ['optional', 'computed']],
  ['aws_dynamodb_table.attribute.type', 'string', ['required']],
  ['aws_dynamodb_table.replica.arn', 'string', ['computed']],
  ['aws_dynamodb_table.replica.kms_key_arn', 'string', ['optional', 'computed']],
  ['aws_dynamodb_table.local_secondary_index.non_key_attributes', { list: 'string' }, ['optional']],
  ['aws_dynamodb_table.global_secondary_index.non_key_attributes', { set: 'string' }, ['optional']],
  ['aws_dynamodb_table.import_table.s3_bucket_source.bucket', 'string', ['required']],
  ['aws_lambda_function.role', 'string', ['required']],
  ['aws_lambda_function.architectures', { list: 'string' }, ['optional', 'computed']],
  ['aws_lambda_function.source_code_size', 'number', ['computed']],
  ['aws_lambda_function.environment.variables', { map: 'string' }, ['optional']],
  ['aws_lambda_function.vpc_config.subnet_ids', { set: 'string' }, ['required']],
  ['aws_lambda_function.vpc_config.vpc_id', 'string', ['computed']],
  ['aws_route53_record.zone_id', 'string', ['required']],
  ['aws_route53_record.records', { set: 'string' }, ['optional']],
  ['aws_route53_record.ttl', 'number', ['optional']],
  ['aws_route53_record.fqdn', 'string', ['computed']],
  ['aws_route53_record.alias.evaluate_target_health', 'bool', ['required']],
  ['aws_security_group.ingress', SECURITY_GROUP_RULES, ['optional', 'computed']],
  ['aws_security_group.name', 'string', ['optional', 'computed']],
  ['aws_security_group.description', 'string', ['optional']],
  ['aws_ssm_parameter.value', 'string', ['optional', 'computed', 'sensitive']],
  ['aws_ssm_parameter.value_wo', 'string', ['optional', 'writeOnly']],
  ['aws_lambda_permission.invoked_via_function_url', 'bool', ['optional']],
];

const BLOCKS: readonly (readonly [string, NestedBlock['nesting'], number, number])[] = [
  ['aws_subnet.timeouts', 'single', 0, 0],
  ['aws_rds_cluster.serverlessv2_scaling_configuration', 'list', 0, 1],
  ['aws_dynamodb_table.attribute', 'set', 0, 0],
  ['aws_dynamodb_table.replica', 'set', 0, 0],
  ['aws_dynamodb_table.ttl', 'list', 0, 1],
  ['aws_dynamodb_table.import_table', 'list', 0, 1],
  ['aws_dynamodb_table.import_table.s3_bucket_source', 'list', 1, 1],
  ['aws_dynamodb_table.import_table.input_format_options.csv', 'list', 0, 1],
  ['aws_lambda_function.vpc_config', 'list', 0, 1],
  ['aws_route53_record.failover_routing_policy', 'list', 0, 1],
  ['aws_route53_record.geoproximity_routing_policy.coordinates', 'set', 0, 0],
  ['aws_security_group.timeouts', 'single', 0, 0],
  ['aws_lb_listener.default_action', 'list', 1, 0],
  ['aws_wafv2_web_acl.rule.statement', 'list', 1, 1],
];

describe('a schema derived from the bindings', () => {
  it.each(ATTRIBUTES)('has %s with the type and the marks of the provider', (path, type, flags) => {
    const attribute = attributeAt(path);

    expect(attribute?.type).toEqual(type);
    expect(flagsOf(attribute)).toEqual(flags);
  });

  it.each(BLOCKS)('has %s as a %s block of %d to %d (0: any number)', (path, nesting, minItems, maxItems) => {
    expect(nestedAt(path)).toMatchObject({ nesting, minItems, maxItems });
  });

  it('has a block in one place only, and an object that AWS may fill in as an attribute', () => {
    const { attributes, blocks } = find('aws_security_group').block;

    expect(Object.keys(blocks)).toEqual(['timeouts']);
    expect(Object.keys(attributes)).not.toContain('timeouts');
  });

  it('has no region where a type is global', () => {
    expect(attributeAt('aws_route53_record.region')).toBeUndefined();
    expect(attributeAt('aws_iam_role.region')).toBeUndefined();
  });

  it('is told by kind and type, of version 0', () => {
    expect(find('aws_vpc')).toMatchObject({ kind: 'resource', type: 'aws_vpc', version: 0 });
  });

  it('exists for data sources, ephemeral resources and the provider itself', () => {
    const parameters = source.find('data', 'aws_ssm_parameters_by_path')?.block;
    const password = source.find('ephemeral', 'aws_secretsmanager_random_password')?.block;
    const provider = source.find('provider', 'aws')?.block;

    expect(flagsOf(parameters?.attributes['path'])).toEqual(['required']);
    expect(flagsOf(parameters?.attributes['values'])).toEqual(['computed', 'sensitive']);
    expect(flagsOf(password?.attributes['random_password'])).toEqual(['computed', 'sensitive']);
    expect(flagsOf(provider?.attributes['region'])).toEqual(['optional']);
    expect(provider?.blocks['default_tags']?.block.attributes['tags']?.type).toEqual({ map: 'string' });
    expect(Object.keys(provider?.attributes ?? {})).not.toContain('alias');
  });

  it.each([
    ['resource', 'aws_no_such_thing'],
    ['resource', 'aws_../vpc'],
    ['resource', 'google_compute_instance'],
    ['resource', 'aws_'],
    ['resource', 'aws_provider_function'],
    ['data', 'aws_no_such_thing'],
    ['ephemeral', 'aws_no_such_thing'],
    ['ephemeral', 'constructor'],
    ['provider', 'google'],
  ] as const)('is undefined for the unknown %s %s', (kind, type) => {
    expect(source.find(kind, type)).toBeUndefined();
  });
});

describe('the types of the bindings', () => {
  it('are named as in Terraform, in order, each kind apart', () => {
    const types = source.types('resource');

    expect(types).toEqual([...types].sort());
    expect(types).toEqual(expect.arrayContaining(['aws_vpc', 'aws_dynamodb_table_replica', 'aws_wafv2_web_acl']));
    expect(types.filter((type) => !/^aws_[a-z0-9_]+$/.test(type))).toEqual([]);
    expect(types).not.toContain('aws_provider');
    expect(source.types('data')).toContain('aws_ssm_parameters_by_path');
    expect(source.types('provider')).toEqual(['aws']);
    expect(source.types('ephemeral')).toEqual(['aws_secretsmanager_random_password']);
  });

  it('derive, every resource of them', () => {
    const types = source.types('resource');
    const empty = types.filter((type) => Object.keys(find(type).block.attributes).length === 0);

    expect(types.length).toBeGreaterThan(1000);
    expect(empty).toEqual([]);
  });

  it('derive, every data source of them', () => {
    const types = source.types('data');
    const missing = types.filter((type) => source.find('data', type) === undefined);

    expect(types.length).toBeGreaterThan(500);
    expect(missing).toEqual([]);
  });
});

describe('the cache of derived schemas', () => {
  const TYPES = ['aws_vpc', 'aws_dynamodb_table', 'aws_wafv2_web_acl', 'aws_rds_cluster'];
  const cacheFile = () => join(folder, readdirSync(folder)[0] ?? '');
  const cached = () => installedSchemas(folder);

  it('gives what deriving gives', () => {
    const first = cached();
    const derived = TYPES.map((type) => find(type, first));

    const second = cached();

    expect(TYPES.map((type) => find(type, second))).toEqual(derived);
    expect(derived).toEqual(TYPES.map((type) => find(type)));
  });

  it('is read instead of the bindings', () => {
    find('aws_vpc', cached());
    const record = readFileSync(cacheFile(), 'utf8');

    const again = cached();
    find('aws_vpc', again);
    find('aws_subnet', again);

    expect(readFileSync(cacheFile(), 'utf8').startsWith(record)).toBe(true);
    expect(readFileSync(cacheFile(), 'utf8').match(/^resource \w+/gm)).toEqual([
      'resource aws_vpc',
      'resource aws_subnet',
    ]);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['not what was written', (text: string) => text.replace('"optional":true', '"optional":false')],
    ['of another type', (text: string) => text.replace('resource aws_vpc', 'resource aws_subnet')],
    ['binary', () => '\u0000\u0001\u0002'],
  ])('is derived anew where it is %s', (_what, damage) => {
    find('aws_vpc', cached());
    writeFileSync(cacheFile(), damage(readFileSync(cacheFile(), 'utf8')));

    const again = cached();

    expect(find('aws_vpc', again)).toEqual(find('aws_vpc'));
    expect(find('aws_subnet', again)).toEqual(find('aws_subnet'));
    // The schema that was derived again is cached after the damaged part, and found from then on.
    const size = readFileSync(cacheFile()).length;
    expect(find('aws_vpc', cached())).toEqual(find('aws_vpc'));
    expect(readFileSync(cacheFile()).length).toBe(size);
  });

  it('is done without where its folder cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');

    const blocked = installedSchemas(join(folder, 'file', 'cache'));

    expect(find('aws_vpc', blocked)).toEqual(find('aws_vpc'));
  });

  it('is apart for every version of the bindings', () => {
    find('aws_vpc', cached());

    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^schemas-\d+\.\d+\.\d+-\d+\.jsonl$/)]);
  });
});

describe('packed schemas', () => {
  const file = () => join(folder, 'schemas.jsonl.br');
  const some: SchemaSource = {
    find: (kind, type) => source.find(kind, type),
    types: (kind) => source.types(kind).filter((type) => /^aws$|^aws_(vpc|wafv2_web_acl|.*password)$/.test(type)),
  };

  it('are those of the bindings', () => {
    writeFileSync(file(), packSchemas(some));

    const packed = new PackedSchemas(file());

    for (const kind of ['provider', 'resource', 'data', 'ephemeral'] as const) {
      expect(packed.types(kind)).toEqual(some.types(kind));
      for (const type of some.types(kind)) expect(packed.find(kind, type)).toEqual(source.find(kind, type));
    }
    expect(packed.find('resource', 'aws_subnet')).toBeUndefined();
  });

  it('are named where they are damaged', () => {
    writeFileSync(file(), packSchemas(some).subarray(9));

    expect(() => new PackedSchemas(file())).toThrow(`${file()}: the schemas are damaged. Install the package again.`);
  });
});

describe('bindings that are not what they should be', () => {
  const bindings = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return new BindingsSchemaSource({ bindingsFolder: folder });
  };
  const embedding = (text: string) =>
    `// sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify({ sourcesContent: [text] })).toString('base64')}`;
  const refusalOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return String(error);
    }
    return 'no error';
  };

  it('are named where the source is missing', () => {
    const broken = bindings({ 'lib/vpc/index.js': 'class Vpc {}' });

    expect(refusalOf(() => broken.find('resource', 'aws_vpc'))).toBe(
      `BindingsUnreadableError: ${folder}/lib/vpc/index.js: the source map is missing, expected one that embeds the TypeScript source. Install @cdktf/provider-aws as the registry delivers it.`,
    );
  });

  it('are named where a folder holds another type', () => {
    const other =
      'export class Vpc extends cdktf.TerraformResource {\n  public static readonly tfResourceType = "aws_eip";\n}';
    const broken = bindings({ 'lib/vpc/index.js': embedding(other) });

    expect(refusalOf(() => broken.find('resource', 'aws_vpc'))).toBe(
      'BindingsUnreadableError: aws_vpc: the type that its binding names is aws_eip, expected aws_vpc. Pin the version of @cdktf/provider-aws that package.json names, or extend the parser to the new form.',
    );
  });

  it('are named where they are not installed', () => {
    const missing = join(folder, 'missing');

    expect(
      refusalOf(() => new BindingsSchemaSource({ bindingsFolder: missing, cacheFolder: folder }).find('resource', 'x')),
    ).toBe(
      `BindingsUnreadableError: ${missing}: the bindings of the AWS provider are missing, expected the folder of @cdktf/provider-aws. Run npm ci.`,
    );
  });
});
