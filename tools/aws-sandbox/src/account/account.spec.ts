import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { ResourceRecord } from '../model/resource-record';
import { Account } from './account';
import { AccountUnusableError, AccountWriteError } from './errors';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dr-account-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const vpc = (id: string, change: Partial<ResourceRecord> = {}): ResourceRecord => ({
  type: 'aws_vpc',
  region: 'us-east-1',
  service: 'ec2',
  id,
  arn: `arn:aws:ec2:us-east-1:000000000000:vpc/${id}`,
  attributes: { id, cidr_block: '10.0.0.0/16', tags: { Name: 'main' } },
  ...change,
});

const role = (id: string): ResourceRecord => ({
  type: 'aws_iam_role',
  region: 'global',
  service: 'iam',
  id,
  attributes: { name: id },
});

/** Works on the account as a process of its own would: opens, acts, closes. */
function using<T>(act: (account: Account) => T): T {
  const account = Account.open({ home });
  try {
    return act(account);
  } finally {
    account.close();
  }
}

/** Every file of the account folder with its text. */
function contents(): Record<string, string> {
  const files = readdirSync(home, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file): [string, string] => [relative(home, file), readFileSync(file, 'utf8')])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function put(file: string, text: string): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), text);
}

/** A file of the account as messages name it: relative to where the process runs. */
const shown = (file: string) => join(relative(process.cwd(), home), file);

describe('Account', () => {
  it('has after opening again what was written before', () => {
    const main = vpc('vpc-1', { internal: { madeBy: 'terraform' } });
    using((account) => account.commit([{ put: main }]));

    const found = using((account) => account.find('aws_vpc', 'us-east-1', 'vpc-1'));

    expect(found).toEqual(main);
  });

  it('has after opening again the last of several states, and nothing that was removed', () => {
    using((account) => {
      account.commit([{ put: vpc('vpc-1') }]);
      account.commit([{ put: vpc('vpc-2') }]);
      account.commit([{ put: vpc('vpc-1', { attributes: { cidr_block: '10.9.0.0/16' } }) }]);
      account.commit([{ remove: vpc('vpc-2') }]);
    });

    const all = using((account) => account.list('aws_vpc'));

    expect(all.map(({ id, attributes }) => [id, attributes['cidr_block']])).toEqual([['vpc-1', '10.9.0.0/16']]);
  });

  it('is a folder with a file a resource, by region, service and type', () => {
    using((account) => account.commit([{ put: vpc('vpc-1') }, { put: vpc('vpc-2') }, { put: role('api') }]));

    expect(Object.keys(contents())).toEqual([
      'account/global/iam/aws_iam_role/api.json',
      'account/us-east-1/ec2/aws_vpc/vpc-1.json',
      'account/us-east-1/ec2/aws_vpc/vpc-2.json',
    ]);
  });

  it('writes a resource for people to read and compare: indented, the attributes in order', () => {
    const attributes = { tags: { b: '2', a: '1' }, cidr_block: '10.0.0.0/16', zones: ['b', 'a'] };
    using((account) => account.commit([{ put: vpc('vpc-1', { attributes }) }]));

    expect(contents()['account/us-east-1/ec2/aws_vpc/vpc-1.json']).toBe(`{
  "type": "aws_vpc",
  "region": "us-east-1",
  "service": "ec2",
  "id": "vpc-1",
  "arn": "arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1",
  "attributes": {
    "cidr_block": "10.0.0.0/16",
    "tags": {
      "a": "1",
      "b": "2"
    },
    "zones": [
      "b",
      "a"
    ]
  }
}
`);
  });

  it.each([
    ['/trading/network/vpc-id', '~trading~network~vpc-id.json'],
    ['arn:aws:sns:us-east-1:1:alarms', 'arn%3Aaws%3Asns%3Aus-east-1%3A1%3Aalarms.json'],
    ['..', '%2E..json'],
    ['a*b', 'a%2Ab.json'],
    ['ümlaut', '%C3%BCmlaut.json'],
  ])('names the file of %s so that every file system takes it', (id, file) => {
    using((account) => account.commit([{ put: vpc(id) }]));

    expect(readdirSync(join(home, 'account/us-east-1/ec2/aws_vpc'))).toEqual([file]);
    expect(using((account) => account.find('aws_vpc', 'us-east-1', id)?.id)).toBe(id);
  });

  it('keeps identifiers apart that give the same file name, differ in case only, or are very long', () => {
    const ids = ['a/b', 'a~b', 'Main', 'main', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`];
    using((account) => account.commit(ids.map((id) => ({ put: vpc(id) }))));

    const names = readdirSync(join(home, 'account/us-east-1/ec2/aws_vpc'));

    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(6);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThan(255);
    expect(using((account) => ids.map((id) => account.find('aws_vpc', 'us-east-1', id)?.id))).toEqual(ids);
  });

  it('removes the folders that a removal leaves empty', () => {
    using((account) => account.commit([{ put: vpc('vpc-1') }, { put: role('api') }]));

    using((account) => account.commit([{ remove: vpc('vpc-1') }]));

    expect(readdirSync(join(home, 'account'))).toEqual(['global']);
  });

  it('finds resources by identifier and region, ARN, and attribute', () => {
    using((account) => {
      const west = vpc('vpc-1', { region: 'us-west-2', arn: 'arn:west', attributes: { name: 'west', zones: ['a'] } });
      const east = vpc('vpc-1', { arn: 'arn:east', attributes: { name: 'east', zones: ['a', 'b'] } });
      account.commit([{ put: west }, { put: east }]);

      expect(account.find('aws_vpc', 'us-west-2', 'vpc-1')).toBe(west);
      expect(account.find('aws_vpc', 'eu-west-1', 'vpc-1')).toBeUndefined();
      expect(account.findByArn('arn:east')).toBe(east);
      expect(account.findBy('aws_vpc', 'zones', 'a')).toEqual([west, east]);
      expect(account.findBy('aws_vpc', 'zones', 'a', 'us-east-1')).toEqual([east]);
      expect(account.list('aws_vpc', 'us-west-2')).toEqual([west]);
      expect(account.size).toBe(2);
      expect(account.inventory()).toEqual({ aws_vpc: 2 });
    });
  });

  it('finds a changed resource by its new values and no longer by its old ones', () => {
    const account = Account.open({ home });
    const rules = (...ports: string[]) => ({ rule: ports.map((port) => ({ port })) });
    account.commit([{ put: vpc('vpc-1', { arn: 'arn:old', attributes: rules('80', '443') }) }]);
    expect(account.findBy('aws_vpc', 'rule.port', '80').map(({ id }) => id)).toEqual(['vpc-1']);

    account.commit([{ put: vpc('vpc-1', { arn: 'arn:new', attributes: rules('443') }) }]);

    expect(account.findBy('aws_vpc', 'rule.port', '80')).toEqual([]);
    expect(account.findBy('aws_vpc', 'rule.port', '443').map(({ id }) => id)).toEqual(['vpc-1']);
    expect(account.findByArn('arn:old')).toBeUndefined();
    account.close();
  });

  it('keeps an index of an attribute that was first asked for when resources were there', () => {
    using((account) => {
      account.commit([{ put: role('api') }]);
      account.findBy('aws_iam_role', 'name', 'api');

      account.commit([{ put: role('worker') }, { remove: role('api') }]);

      expect(account.findBy('aws_iam_role', 'name', 'worker').map(({ id }) => id)).toEqual(['worker']);
      expect(account.findBy('aws_iam_role', 'name', 'api')).toEqual([]);
    });
  });

  it('finishes a change of several files that a process left half done', () => {
    using((account) => account.commit([{ put: vpc('vpc-1') }, { put: vpc('vpc-2') }]));
    const changes = [{ remove: { type: 'aws_vpc', region: 'us-east-1', id: 'vpc-1' } }, { put: role('api') }];
    put('account-journal.json', JSON.stringify({ changes }));

    const inventory = using((account) => account.inventory());

    expect(inventory).toEqual({ aws_vpc: 1, aws_iam_role: 1 });
    expect(Object.keys(contents())).toEqual([
      'account/global/iam/aws_iam_role/api.json',
      'account/us-east-1/ec2/aws_vpc/vpc-2.json',
    ]);
  });

  it('tidies up a file that a process did not finish writing', () => {
    using((account) => account.commit([{ put: vpc('vpc-1') }]));
    put('account/us-east-1/ec2/aws_vpc/vpc-2.json.tmp', '{"type":"aws_v');

    const all = using((account) => account.list('aws_vpc'));

    expect(all.map(({ id }) => id)).toEqual(['vpc-1']);
    expect(readdirSync(join(home, 'account/us-east-1/ec2/aws_vpc'))).toEqual(['vpc-1.json']);
  });

  it('is empty after clearing, now and after opening again', () => {
    using((account) => {
      account.commit([{ put: vpc('vpc-1') }]);
      const hash = account.code.add(Buffer.from('zip'));
      account.clear();

      expect(account.size).toBe(0);
      expect(account.findByArn('arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1')).toBeUndefined();
      expect(account.code.read(hash)).toBeUndefined();
    });

    expect(using((account) => account.size)).toBe(0);
  });

  it('keeps code under the hash that Lambda shows', () => {
    const hash = using((account) => account.code.add(Buffer.from('zip')));

    expect(hash).toBe('SnD+mqZDbgLC3qNA+9HjUuTvLYzmylKtJdS5VHH8i/I=');
    expect(using((account) => account.code.read(hash)?.toString())).toBe('zip');
    expect(using((account) => account.code.read('unknown'))).toBeUndefined();
  });
});

describe('a change that the disk refuses', () => {
  const refused = (file: string, reason: string) =>
    `AccountWriteError: ${file}: the account could not be written (${reason}). Make room or give access; nothing is lost.`;

  // A folder where a file belongs refuses every user, the superuser too.
  const obstruct = () => mkdirSync(join(home, 'account/us-east-1/ec2/aws_vpc/vpc-2.json'), { recursive: true });

  it('names the file and is not acknowledged', () => {
    obstruct();
    const account = Account.open({ home });
    const file = join(home, 'account/us-east-1/ec2/aws_vpc/vpc-2.json');

    expect(refusalOf(() => account.commit([{ put: vpc('vpc-2') }]))).toBe(
      refused(file, `EISDIR: illegal operation on a directory, rename '${file}.tmp' -> '${file}'`),
    );
    expect(account.find('aws_vpc', 'us-east-1', 'vpc-2')).toBeUndefined();
    account.close();
  });

  it('names a folder that cannot be made', () => {
    const account = Account.open({ home });
    put('account', 'a file, not a folder');
    const folder = join(home, 'account/us-east-1/ec2/aws_vpc');

    expect(refusalOf(() => account.commit([{ put: vpc('vpc-1') }]))).toBe(
      refused(folder, `ENOTDIR: not a directory, mkdir '${folder}'`),
    );
    account.close();
  });

  it('leaves nothing of its other files, now or after opening again', () => {
    using((account) => {
      account.commit([{ put: vpc('vpc-1') }, { put: role('api') }]);
      obstruct();
      const others = [{ put: vpc('vpc-1', { attributes: {} }) }, { put: vpc('vpc-3') }, { remove: role('api') }];

      expect(() => account.commit([...others, { put: vpc('vpc-2') }])).toThrow(AccountWriteError);
      expect(account.list('aws_vpc').map(({ id }) => id)).toEqual(['vpc-1']);
    });

    using((account) => {
      expect(account.inventory()).toEqual({ aws_vpc: 1, aws_iam_role: 1 });
      expect(account.find('aws_vpc', 'us-east-1', 'vpc-1')).toEqual(vpc('vpc-1'));
    });
  });

  it('does not undo a later change when the account is opened again', () => {
    using((account) => {
      account.commit([{ put: vpc('vpc-1') }]);
      obstruct();
      expect(() => account.commit([{ put: vpc('vpc-1') }, { put: vpc('vpc-2') }])).toThrow(AccountWriteError);
      account.commit([{ put: vpc('vpc-1', { attributes: { cidr_block: '10.9.0.0/16' } }) }]);
    });

    const [only] = using((account) => account.list('aws_vpc'));

    expect(only?.attributes).toEqual({ cidr_block: '10.9.0.0/16' });
  });
});

describe('a damaged account', () => {
  const FILE = 'account/us-east-1/ec2/aws_vpc/vpc-1.json';
  const whole = JSON.stringify(vpc('vpc-1'));
  const damaged = (file: string, problem: string) =>
    `AccountUnusableError: ${shown(file)}: the account's file is damaged (${problem}). Restore it or delete it, or empty the whole account with \`npx --no-install stacks sandbox reset\`. Nothing was changed.`;

  it.each([
    ['cut short', '{"type":"aws_vpc",', 'Expected double-quoted property name in JSON at position 18'],
    ['empty', '', 'Unexpected end of JSON input'],
    ['not JSON', 'type: aws_vpc', `Unexpected token 'y', "type: aws_vpc" is not valid JSON`],
    ['a JSON text', '"aws_vpc"', 'no JSON object'],
    ['null', 'null', 'no JSON object'],
    ['without type', whole.replace('"type"', '"kind"'), 'no type'],
    ['without region', whole.replace('"us-east-1"', '7'), 'no region'],
    ['without service', whole.replace('"service"', '"svc"'), 'no service'],
    ['without id', whole.replace('"id":"vpc-1","arn"', '"arn"'), 'no id'],
    ['without attributes', whole.replace('"attributes"', '"values"'), 'no attributes'],
  ])('is refused by the name of a file that is %s, and nothing changes on disk', (_what, text, problem) => {
    put(FILE, text);
    put('account/global/iam/aws_iam_role/api.json', JSON.stringify(role('api')));
    put('account/global/iam/aws_iam_role/worker.json.tmp', '{');
    put('account-journal.json', JSON.stringify({ changes: [{ remove: role('api') }, { put: role('new') }] }));
    const before = contents();

    expect(refusalOf(() => Account.open({ home }))).toBe(damaged(FILE, problem));
    expect(contents()).toEqual(before);
  });

  it.each([
    ['cut short', '{"changes":[', 'Unexpected end of JSON input'],
    ['without changes', '{}', 'no changes'],
    ['with a change of nothing', '{"changes":[{}]}', 'no put or remove'],
    ['with half a resource', '{"changes":[{"put":{"type":"aws_vpc"}}]}', 'no region'],
    ['with half a name', '{"changes":[{"remove":{"type":"aws_vpc","region":"us-east-1"}}]}', 'no id'],
  ])('is refused by the name of a journal %s, and nothing changes on disk', (_what, text, problem) => {
    put(FILE, whole);
    put('account-journal.json', text);
    const before = contents();

    expect(refusalOf(() => Account.open({ home }))).toBe(damaged('account-journal.json', problem));
    expect(contents()).toEqual(before);
  });

  it('opens once the damaged file is restored', () => {
    put(FILE, '{');
    expect(() => Account.open({ home })).toThrow(AccountUnusableError);

    put(FILE, whole);

    expect(using((account) => account.list('aws_vpc').map(({ id }) => id))).toEqual(['vpc-1']);
  });

  it('is refused when two files describe the same resource', () => {
    put(FILE, whole);
    put('account/us-east-1/ec2/aws_vpc/vpc-1 (copy).json', whole);
    const before = contents();

    expect(refusalOf(() => Account.open({ home }))).toBe(
      `AccountUnusableError: ${shown(FILE)}: the account's file describes the same resource as ${shown('account/us-east-1/ec2/aws_vpc/vpc-1 (copy).json')}. Delete one of the two. Nothing was changed.`,
    );
    expect(contents()).toEqual(before);
  });

  it('ignores files that are no resources', () => {
    put(FILE, whole);
    put('account/README.md', 'notes');

    expect(using((account) => account.size)).toBe(1);
    expect(existsSync(join(home, 'account/README.md'))).toBe(true);
  });
});

/** Name and message of the error that an act throws. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return 'no error';
}
