import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRepository } from './read-repository';

const folder = mkdtempSync(join(tmpdir(), 'dr-repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

function named(repository?: unknown): string {
  const file = join(folder, 'package.json');
  writeFileSync(file, JSON.stringify({ repository }));
  return readRepository(file);
}

describe('readRepository', () => {
  it.each([
    'github:acme/trading',
    'acme/trading',
    'https://github.com/acme/trading',
    'git@github.com:acme/trading.git',
    { type: 'git', url: 'git+https://github.com/acme/trading.git' },
  ])('knows it by %j', (repository) => {
    expect(named(repository)).toBe('acme/trading');
  });

  it.each([
    [undefined, 'missing'],
    ['trading', 'trading'],
    [{ type: 'git' }, 'missing'],
  ])('refuses %j', (repository, got) => {
    expect(() => named(repository)).toThrow(
      `package.json: repository is ${got}, expected the organization and the name, such as github:acme/trading: roles trust the workflows of that repository. Write it there.`,
    );
  });
});
