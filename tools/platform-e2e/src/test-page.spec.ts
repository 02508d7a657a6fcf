import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WORKSPACE } from './workspace';

const PAGE = readFileSync(join(WORKSPACE, 'docs/testing.md'), 'utf8');
const suites = [__dirname, join(__dirname, 'real-time')].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.e2e.ts'))
    .map((file) => [basename(file, '.e2e.ts'), readFileSync(join(folder, file), 'utf8')] as const),
);

/** Rows of the page's table of suites: name, then what it proves. */
const rows = new Map(
  [...PAGE.matchAll(/^\| `([\w-]+)` +\| +(.*?) +\|/gm)].map(([, name = '', text = '']) => [name, text]),
);

/** Sources that a suite is about: its target has them among its inputs. */
const TESTED_SOURCES: Readonly<Record<string, readonly string[]>> = {
  adoption: ['@dr/environments'],
  handlers: ['@dr/recovery'],
  'published-values': ['@dr/stack-contracts'],
  settings: ['@dr/environments'],
  invariants: ['@dr/environments'],
  ownership: ['@dr/deploy-roles', '@dr/iam-policy', '@dr/stack-plugin'],
  reconcile: ['@dr/stack-plugin/engine'],
  'service-roles': ['@dr/deploy-roles', '@dr/environments', '@dr/iam-policy'],
  'state-backend': ['@dr/stack-plugin/accounts', '@dr/stack-plugin/engine'],
};

describe('docs/testing.md', () => {
  it('lists every suite, and no other', () => {
    expect(suites.length).toBeGreaterThan(20);
    expect([...rows.keys()].sort()).toEqual(suites.map(([name]) => name).sort());
  });

  it.each(suites)('says of %s what its first comment says', (name, source) => {
    const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
    const [sentence = ''] =
      /^.*?\.(?= |$)/.exec(
        comment
          .replace(/^\s*\* ?/gm, '')
          .replace(/\s+/g, ' ')
          .trim(),
      ) ?? [];

    expect(sentence).not.toBe('');
    expect(rows.get(name)).toBe(sentence);
  });
});

describe('a suite', () => {
  it.each(suites)('of its own needs nothing of a source but types: %s', (name, source) => {
    const imported = [...source.matchAll(/^import (?!type )[^;]*? from '(@dr\/[^']+)'/gm)].map(([, from]) => from);

    expect(imported).toEqual(TESTED_SOURCES[name] ?? []);
  });
});
