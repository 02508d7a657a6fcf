/** The Terraform addresses of every state are those that the inventories list; all states want one version of the provider. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ENVIRONMENTS,
  inventoryFile,
  promisedResources,
  readInventoryText,
  STACKS,
  synthesizedFolder,
  synthesizedInventoryText,
  UPDATE_INVENTORY,
} from './synthesized';

beforeAll(() => {
  if (!process.env['UPDATE_INVENTORY']) return;
  for (const stack of STACKS) writeFileSync(inventoryFile(stack), synthesizedInventoryText(stack));
});

describe.each(STACKS)('the inventory of %s', (stack) => {
  it(`lists every address that is synthesized in any environment; a wanted change is written by: ${UPDATE_INVENTORY}`, () => {
    expect(synthesizedInventoryText(stack)).toBe(readInventoryText(stack));
  });
});

it('is of more than 130 resources over both regions', () => {
  const counts = Object.values(promisedResources('prod'));

  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(130);
});

interface StateJson {
  readonly terraform: { readonly required_providers: Readonly<Record<string, { readonly version: string }>> };
  readonly provider: { readonly aws: readonly { readonly default_tags: readonly [{ readonly tags: object }] }[] };
}

describe.each(ENVIRONMENTS)('every state of %s', (environment) => {
  const states = Object.keys(promisedResources(environment)).map((state): readonly [string, StateJson] => [
    state,
    JSON.parse(readFileSync(join(synthesizedFolder(environment, state), 'cdk.tf.json'), 'utf8')),
  ]);

  it('wants the same exact version of each provider', () => {
    const versions = states.map(([, { terraform }]) =>
      Object.entries(terraform.required_providers).map(([name, { version }]) => `${name} ${version}`),
    );

    expect(states.length).toBeGreaterThan(20);
    expect([...new Set(versions.flat())]).toEqual([expect.stringMatching(/^aws \d+\.\d+\.\d+$/)]);
  });

  it('tags what it makes with its name, by every provider', () => {
    for (const [state, { provider }] of states) {
      const tagged = provider.aws.map(({ default_tags: [{ tags }] }) => tags);
      expect([state, tagged]).toEqual([state, tagged.map(() => expect.objectContaining({ state }))]);
      expect(tagged.length).toBeGreaterThan(0);
    }
  });
});
