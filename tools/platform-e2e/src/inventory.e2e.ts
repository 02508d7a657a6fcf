/** The Terraform addresses of every state are those that the inventories list. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inventoryFile, promisedResources, STACKS, synthesizedInventory } from './synthesized';

/** A wanted change is written by this command, and committed. */
const UPDATE = 'UPDATE_INVENTORY=1 npx nx run platform-e2e:e2e-inventory';

const synthesizedText = (stack: string) => `${JSON.stringify(synthesizedInventory(stack), null, 2)}\n`;

beforeAll(() => {
  if (!process.env['UPDATE_INVENTORY']) return;
  for (const stack of STACKS) writeFileSync(inventoryFile(stack), synthesizedText(stack));
});

describe.each(STACKS)('the inventory of %s', (stack) => {
  it(`lists every address that is synthesized in any environment; a wanted change is written by: ${UPDATE}`, () => {
    expect(synthesizedText(stack)).toBe(readFileSync(inventoryFile(stack), 'utf8'));
  });
});

it('is of more than 130 resources over both regions', () => {
  const counts = Object.values(promisedResources('prod'));

  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(130);
});
