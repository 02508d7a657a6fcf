import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Attribute, AttributeType, Schema, SchemaKind, SchemaSource } from '../model/schema';
import { type ObjectValue, UNKNOWN, type Value } from '../model/value';
import type { ApplyRequest, PlanRequest, Provider, ProviderSession, StateResponse } from '../provider/provider-api';
import { PluginServer } from './plugin-server';
import { reattachEnvironment } from './reattach-environment';
import { SchemaMessages } from './schema-messages';

// Real Terraform against the wire alone: schemas and provider are made for this test.
jest.setTimeout(60_000);

const attribute = (type: AttributeType, role: 'required' | 'optional' | 'computed', writeOnly = false): Attribute => ({
  type,
  required: role === 'required',
  optional: role === 'optional',
  computed: role === 'computed',
  sensitive: false,
  writeOnly,
});

const schema = (kind: SchemaKind, type: string, attributes: Record<string, Attribute>, blocks = {}): Schema => ({
  kind,
  type,
  version: 0,
  block: { attributes, blocks },
});

const rule = { attributes: { port: attribute('number', 'required') }, blocks: {} };
const SCHEMAS: readonly Schema[] = [
  schema('provider', 'aws', { region: attribute('string', 'optional') }),
  schema(
    'resource',
    'aws_thing',
    {
      name: attribute('string', 'required'),
      size: attribute('number', 'optional'),
      key_wo: attribute('string', 'optional', true),
      id: attribute('string', 'computed'),
      region: attribute('string', 'computed'),
      key_length: attribute('number', 'computed'),
    },
    {
      rule: { nesting: 'set', minItems: 0, maxItems: 0, block: rule },
      step: { nesting: 'list', minItems: 0, maxItems: 0, block: rule },
    },
  ),
  schema('data', 'aws_here', { region: attribute('string', 'computed') }),
  schema('ephemeral', 'aws_key', { key: attribute('string', 'computed') }),
];

const schemas: SchemaSource = {
  find: (kind, type) => SCHEMAS.find((candidate) => candidate.kind === kind && candidate.type === type),
  types: (kind) => SCHEMAS.filter((candidate) => candidate.kind === kind).map(({ type }) => type),
};

/** Things in memory, by id; a thing named `refused` cannot be made. */
class ThingProvider implements Provider {
  readonly things = new Map<string, ObjectValue>();

  configure = () => [];

  validate(_kind: SchemaKind, _type: string, config: ObjectValue) {
    if (config['name'] !== 'invalid') return [];
    return [{ severity: 'error' as const, summary: 'No such name', detail: 'Choose another name.', path: ['name'] }];
  }

  plan(_session: ProviderSession, { prior, proposed }: PlanRequest) {
    const computed: Record<string, Value> = prior === null ? { id: UNKNOWN, region: UNKNOWN, key_length: UNKNOWN } : {};
    return {
      planned: { ...proposed, ...computed },
      requiresReplace: prior !== null && prior['name'] !== proposed?.['name'] ? [['name']] : [],
      diagnostics: [],
    };
  }

  apply(session: ProviderSession, { prior, planned, config }: ApplyRequest): StateResponse {
    if (planned === null) {
      this.things.delete(String(prior?.['id']));
      return { state: null, diagnostics: [] };
    }
    if (planned['name'] === 'refused') {
      const diagnostic = {
        severity: 'error' as const,
        summary: 'ThingLimitExceeded',
        detail: 'No more.',
        path: ['name'],
      };
      return { state: null, diagnostics: [diagnostic] };
    }
    const id = `thing-${String(planned['name'])}`;
    const key = String(config?.['key_wo'] ?? '');
    const state: ObjectValue = { ...planned, id, region: session.config?.['region'] ?? null, key_length: key.length };
    this.things.set(id, state);
    return { state, diagnostics: [] };
  }

  read(_session: ProviderSession, _type: string, state: ObjectValue) {
    return { state: this.things.get(String(state['id'])) ?? null, diagnostics: [] };
  }

  importResource(_session: ProviderSession, _type: string, id: string) {
    return { state: this.things.get(id) ?? null, diagnostics: [] };
  }

  readDataSource(session: ProviderSession): StateResponse {
    return { state: { region: session.config?.['region'] ?? null }, diagnostics: [] };
  }

  openEphemeral() {
    return { state: { key: 'top-secret' }, diagnostics: [] };
  }
}

let folder: string;
let provider: ThingProvider;
let server: PluginServer;
let defects: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dr-wire-'));
  provider = new ThingProvider();
  defects = [];
  server = new PluginServer({
    provider,
    schemas,
    messages: new SchemaMessages(schemas),
    servedTypes: () => ({
      resource: schemas.types('resource'),
      data: schemas.types('data'),
      ephemeral: schemas.types('ephemeral'),
    }),
    onDefect: (method, error) => defects.push(`${method}: ${error.message}`),
  });
  await server.listen(join(folder, 'p.sock'));
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly failed: boolean;
  readonly output: string;
}

/** A Terraform configuration in a folder of its own. */
function configuration(name: string, hcl: string) {
  const cwd = join(folder, name);
  mkdirSync(cwd, { recursive: true });
  const { TF_CLI_CONFIG_FILE: _unused, ...environment } = process.env;
  const env = { ...environment, CHECKPOINT_DISABLE: '1', ...reattachEnvironment(join(folder, 'p.sock'), process.pid) };
  const terraform = async (...args: string[]): Promise<Run> => {
    try {
      const { stdout } = await promisify(execFile)('terraform', [...args, '-no-color'], { cwd, env });
      return { failed: false, output: stdout };
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      return { failed: true, output: stdout + stderr };
    }
  };
  const write = (text: string) => writeFileSync(join(cwd, 'main.tf'), text);
  write(hcl);
  return {
    write,
    terraform,
    async apply(): Promise<Run> {
      const init = await terraform('init');
      return init.failed ? init : terraform('apply', '-auto-approve');
    },
    state: (): string => readFileSync(join(cwd, 'terraform.tfstate'), 'utf8'),
    outputs: (): Record<string, { value: unknown }> =>
      JSON.parse(readFileSync(join(cwd, 'terraform.tfstate'), 'utf8')).outputs,
  };
}

describe('a plugin server and real Terraform', () => {
  it('creates, plans no change, updates, replaces, imports and destroys', async () => {
    const thing = (name: string, size: number) => `
      provider "aws" { region = "us-east-1" }
      resource "aws_thing" "a" {
        name = "${name}"
        size = ${size}
        rule { port = 80 }
        rule { port = 443 }
        step { port = 1 }
      }
      output "id" { value = aws_thing.a.id }`;
    const run = configuration('lifecycle', thing('first', 1));

    expect((await run.apply()).output).toContain('1 added, 0 changed, 0 destroyed');
    expect((await run.terraform('plan')).output).toContain('No changes');
    run.write(thing('first', 2));
    expect((await run.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    run.write(thing('second', 2));
    expect((await run.apply()).output).toContain('1 added, 0 changed, 1 destroyed');
    expect([...provider.things.keys()]).toEqual(['thing-second']);
    await run.terraform('state', 'rm', 'aws_thing.a');
    expect((await run.terraform('import', 'aws_thing.a', 'thing-second')).output).toContain('Import successful');
    expect((await run.terraform('plan')).output).toContain('No changes');
    expect((await run.terraform('destroy', '-auto-approve')).output).toContain('1 destroyed');
    expect(provider.things.size).toBe(0);
    expect(defects).toEqual([]);
  });

  it('gives each provider alias of one run its own region', async () => {
    const run = configuration(
      'aliases',
      `provider "aws" { region = "us-east-1" }
       provider "aws" {
         alias  = "west"
         region = "us-west-2"
       }
       resource "aws_thing" "east" { name = "east" }
       resource "aws_thing" "west" {
         provider = aws.west
         name     = "west"
       }
       data "aws_here" "west" { provider = aws.west }
       output "regions" { value = [aws_thing.east.region, aws_thing.west.region, data.aws_here.west.region] }`,
    );

    await run.apply();

    expect(run.outputs()['regions']?.value).toEqual(['us-east-1', 'us-west-2', 'us-west-2']);
  });

  it('keeps runs at the same time apart', async () => {
    const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-west-2'];
    const runs = regions.map((region) =>
      configuration(
        region,
        `provider "aws" { region = "${region}" }
         resource "aws_thing" "many" {
           count = 20
           name  = "${region}-\${count.index}"
         }
         output "regions" { value = distinct(aws_thing.many[*].region) }`,
      ),
    );

    await Promise.all(runs.map((run) => run.apply()));

    expect(runs.map((run) => run.outputs()['regions']?.value)).toEqual(regions.map((region) => [region]));
    expect(provider.things.size).toBe(80);
  });

  it('hands a secret from an ephemeral resource to a write-only argument, and no state holds it', async () => {
    const run = configuration(
      'secret',
      `ephemeral "aws_key" "k" {}
       resource "aws_thing" "a" {
         name   = "a"
         key_wo = ephemeral.aws_key.k.key
       }
       output "length" { value = aws_thing.a.key_length }`,
    );

    await run.apply();

    expect(run.outputs()['length']?.value).toBe(10);
    expect(run.state()).not.toContain('top-secret');
  });

  it("shows a provider's refusals at their argument, in validation and in apply", async () => {
    const invalid = configuration('invalid', `resource "aws_thing" "a" {\n  name = "invalid"\n}`);
    const refused = configuration('refused', `resource "aws_thing" "a" {\n  name = "refused"\n}`);

    expect((await invalid.apply()).output).toMatch(
      /Error: No such name[^]*on main\.tf line 2[^]*Choose another name\./,
    );
    expect((await refused.apply()).output).toMatch(/Error: ThingLimitExceeded[^]*on main\.tf line 2[^]*No more\./);
  });

  it('turns a defect into an error that names the call, and goes on serving', async () => {
    const run = configuration('defect', `resource "aws_thing" "a" { name = "a" }`);
    const { apply } = provider;
    provider.apply = () => {
      throw new Error('not thought of');
    };

    const broken = await run.apply();
    provider.apply = apply;
    const mended = await run.apply();

    expect(broken.output.replace(/\s+/g, ' ')).toContain('/tfplugin5.Provider/ApplyResourceChange: not thought of.');
    expect(defects).toEqual(['/tfplugin5.Provider/ApplyResourceChange: not thought of']);
    expect(mended.output).toContain('1 added');
  });
});

describe('PluginServer.listen', () => {
  const another = () =>
    new PluginServer({
      provider,
      schemas,
      messages: new SchemaMessages(schemas),
      servedTypes: () => ({ resource: [], data: [], ephemeral: [] }),
    });

  it('refuses a socket that a process listens on', async () => {
    const socketPath = join(folder, 'p.sock');

    await expect(another().listen(socketPath)).rejects.toThrow(
      `${socketPath}: the socket is taken by a running process, expected none. Stop that process, or use another home folder.`,
    );
  });

  it('replaces the socket file of a process that is gone', async () => {
    const socketPath = join(folder, 'stale.sock');
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(socketPath, resolve));
    // Closing removes the file; a killed process leaves it, as a plain file does here.
    await new Promise((resolve) => gone.close(resolve));
    writeFileSync(socketPath, '');
    const replacement = another();

    await expect(replacement.listen(socketPath)).resolves.toBeUndefined();
    await replacement.close();
  });
});
