import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reattachEnvironment } from '../wire/reattach-environment';
import { askSandbox } from './control-client';
import { SandboxHome } from './sandbox-home';
import { SandboxProcess } from './sandbox-process';
import type { ProviderUse } from './terraform-sockets';

let folder: string;
let sandbox: SandboxProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dr-sockets-'));
  sandbox = await SandboxProcess.start({
    home: new SandboxHome(join(folder, 'home')),
    port: 0,
    accountId: '000000000000',
    promotionMs: 0,
    fsync: false,
    functionCommand: [process.execPath],
    taskCommand: [process.execPath],
    automated: false,
    onDefect: (text) => {
      throw new Error(text);
    },
    onStopRequested: () => undefined,
  });
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Real Terraform in a folder of its own, served the types and blocks that `use` names. */
class Configuration {
  private readonly workFolder: string;

  constructor(
    name: string,
    private readonly use: ProviderUse,
  ) {
    this.workFolder = join(folder, name);
    mkdirSync(this.workFolder);
  }

  async run(hcl: string, ...args: readonly string[]): Promise<string> {
    writeFileSync(join(this.workFolder, 'main.tf'), `provider "aws" { region = "us-east-1" }\n${hcl}`);
    const { controlSocket } = new SandboxHome(join(folder, 'home'));
    const opened = await askSandbox(controlSocket, 'open-folder', { workFolder: this.workFolder, ...this.use });
    const environment = { ...process.env, ...reattachEnvironment(opened?.socket ?? '', process.pid) };
    await terraform(this.workFolder, environment, ['init']);
    return terraform(this.workFolder, environment, args);
  }
}

function terraform(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.env['TERRAFORM_BINARY_NAME'] ?? 'terraform', [...args, '-no-color'], { cwd, env });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.once('close', () => resolve(output));
  });
}

const table = (blocks: string) => `
resource "aws_dynamodb_table" "t" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  ${blocks}
}`;
const TTL = `ttl {
    attribute_name = "expires"
    enabled        = true
  }`;
const USE = { types: ['aws_dynamodb_table'], blocks: ['attribute'] };

// Several runs of Terraform each.
jest.setTimeout(60_000);

describe('the socket of a folder', () => {
  it('serves a configuration that names all its blocks, and knows no other block', async () => {
    const configuration = new Configuration('a', USE);

    const applied = await configuration.run(table(''), 'apply', '-auto-approve');
    const planned = await configuration.run(table(''), 'plan');
    const other = await configuration.run(table(TTL), 'plan');

    expect(applied).toContain('1 added, 0 changed, 0 destroyed');
    expect(planned).toContain('No changes');
    expect(other).toContain('Blocks of type "ttl" are not expected here');
  });

  it('shows what was added to the account otherwise, though the configuration does not name it', async () => {
    const configuration = new Configuration('a', USE);
    await configuration.run(table(''), 'apply', '-auto-approve');
    const other = new Configuration('b', { types: USE.types, blocks: 'all' });
    await other.run(table(TTL), 'import', 'aws_dynamodb_table.t', 'orders');
    await other.run(table(TTL), 'apply', '-auto-approve');

    const planned = await configuration.run(table(''), 'plan');

    expect(planned).toMatch(/- ttl \{\s+- attribute_name = "expires" -> null/);
    expect(planned).toContain('0 to add, 1 to change, 0 to destroy');
  });
});
