import { writeFileSync } from 'node:fs';
import { countResources, ENVIRONMENTS, inventoryFile, readInventory, STACKS, synthesize } from './synthesized';

beforeAll(async () => {
  for (const environment of ENVIRONMENTS) await synthesize(environment);
  if (!process.env['UPDATE_INVENTORY']) return;
  for (const stack of STACKS)
    writeFileSync(inventoryFile(stack), `${JSON.stringify(countResources(stack), null, 2)}\n`);
});

describe.each(STACKS)('the inventory of %s', (stack) => {
  // A wanted change is committed by: UPDATE_INVENTORY=1 npx nx run platform-e2e:e2e
  it('is what is synthesized in every environment', () => {
    expect(countResources(stack)).toEqual(readInventory(stack));
  });
});

it('is of more than 130 resources over both regions', () => {
  const counts = STACKS.map((stack) => Object.values(countResources(stack)['prod'] ?? {}));
  const total = counts.flat().flatMap((byType) => Object.values(byType));

  expect(total.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(130);
});
