/** The Terraform addresses of every state are those that the inventories list. */
import { writeFileSync } from 'node:fs';
import {
  inventoryFile,
  promisedResources,
  readInventoryText,
  STACKS,
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
