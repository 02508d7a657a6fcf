import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from './account';
import { lockHolder } from './account-lock';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dr-lock-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const writeLock = (holder: unknown) =>
  writeFileSync(join(home, 'account.lock'), typeof holder === 'string' ? holder : JSON.stringify(holder));

/** The number of a process that was there and is gone. */
function pidOfTheDead(): number {
  const { pid } = spawnSync('true');
  return pid;
}

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return 'no error';
}

const inUseBy = (pid: number) =>
  `AccountUnusableError: ${home}: the account is in use by process ${pid}. Stop it with \`npx --no-install stacks sandbox stop\`, or use another folder with --home.`;

describe('the lock of an account', () => {
  it('refuses a second opening and names the process that has it', () => {
    const first = Account.open({ home });

    expect(refusalOf(() => Account.open({ home }))).toBe(inUseBy(process.pid));
    expect(lockHolder(home)).toBe(process.pid);
    first.close();
  });

  it('refuses while another process has it, and leaves its lock alone', async () => {
    const other = spawn('sleep', ['30']);
    const pid = other.pid ?? 0;
    writeLock({ pid, bornAt: birthOf(pid) });

    expect(refusalOf(() => Account.open({ home }))).toBe(inUseBy(pid));
    expect(lockHolder(home)).toBe(pid);
    expect(readdirSync(home)).toEqual(['account.lock']);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
  });

  it('is free again after closing', () => {
    Account.open({ home }).close();

    expect(lockHolder(home)).toBeUndefined();
    expect(existsSync(join(home, 'account.lock'))).toBe(false);
    Account.open({ home }).close();
  });

  it('is free again after an opening that fails', () => {
    const account = Account.open({ home });
    account.commit([
      { put: { type: 'aws_vpc', region: 'us-east-1', service: 'ec2', id: 'vpc-1', attributes: { cidr_block: '' } } },
    ]);
    account.close();
    const file = join(home, 'account/us-east-1/ec2/aws_vpc/vpc-1.json');
    writeFileSync(file, '{');
    expect(refusalOf(() => Account.open({ home }))).toContain('damaged');

    rmSync(file);

    expect(refusalOf(() => Account.open({ home }).close())).toBe('no error');
  });

  it.each([
    ['a process that is gone', () => ({ pid: pidOfTheDead(), bornAt: '1' })],
    ['an earlier process of the number of a running one', () => ({ pid: process.pid, bornAt: '1' })],
    ['nobody, being empty', () => ''],
    ['nobody, being damaged', () => '{"pid":'],
  ])('is taken over from %s', (_whose, holder) => {
    writeLock(holder());

    const account = Account.open({ home });

    expect(JSON.parse(readFileSync(join(home, 'account.lock'), 'utf8'))).toEqual({
      pid: process.pid,
      bornAt: birthOf(process.pid),
    });
    expect(readdirSync(home)).toEqual(['account.lock']);
    account.close();
  });

  it('is left to the process that takes it over already', () => {
    writeLock({ pid: pidOfTheDead(), bornAt: '1' });
    writeFileSync(join(home, 'account.lock.takeover'), JSON.stringify({ pid: 1, bornAt: null }));

    expect(refusalOf(() => Account.open({ home }))).toBe(inUseBy(1));
    expect(readdirSync(home)).toEqual(['account.lock', 'account.lock.takeover']);
  });

  it('is taken over from a process that is gone when another one died taking it over', () => {
    writeLock({ pid: pidOfTheDead(), bornAt: '1' });
    writeFileSync(join(home, 'account.lock.takeover'), JSON.stringify({ pid: pidOfTheDead(), bornAt: '1' }));

    const account = Account.open({ home });

    expect(lockHolder(home)).toBe(process.pid);
    expect(readdirSync(home)).toEqual(['account.lock']);
    account.close();
  });

  it('is not removed by a process that has lost it to another', () => {
    const account = Account.open({ home });
    writeLock({ pid: 1, bornAt: null });

    account.close();

    expect(lockHolder(home)).toBe(1);
  });
});

function birthOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string;
}
