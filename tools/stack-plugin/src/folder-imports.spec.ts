import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?<!\.spec)\.ts$/.test(file),
);
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] as string) : '.');

/** Folders that a folder's files import. */
const imports = new Map<string, Set<string>>();
for (const file of files) {
  const folders = imports.get(folderOf(file)) ?? new Set();
  imports.set(folderOf(file), folders);
  for (const [, target = ''] of readFileSync(join(__dirname, file), 'utf8').matchAll(/ from '(\.[^']*)'/g)) {
    folders.add(folderOf(normalize(join(dirname(file), target))));
  }
}

it('imports between folders run one way: generators and commands, executors, engine, records, accounts', () => {
  const between = (folder: string) =>
    [...(imports.get(folder) ?? [])].filter((other) => other !== folder && other !== '.');

  expect(between('commands').sort()).toEqual(['accounts', 'engine', 'executors', 'records']);
  expect(between('generators').sort()).toEqual(['engine', 'executors', 'inference']);
  expect(between('executors').sort()).toEqual(['accounts', 'engine', 'records']);
  expect(between('engine').sort()).toEqual(['accounts', 'records']);
  expect(between('records')).toEqual(['accounts']);
  expect(between('accounts')).toEqual([]);
  expect(between('inference')).toEqual([]);
});
