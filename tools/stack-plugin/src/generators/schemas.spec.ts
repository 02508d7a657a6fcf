import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generators } from '../../nx/generators.json';
import * as plugin from '../index';

interface Schema {
  readonly examples: readonly { readonly command: string; readonly description: string }[];
  readonly properties: Readonly<Record<string, { readonly description: string }>>;
  readonly additionalProperties: boolean;
}

describe.each(Object.entries(generators))('the generator %s', (name, { implementation, schema: file, description }) => {
  const schema: Schema = JSON.parse(readFileSync(join(__dirname, '../../nx', file), 'utf8'));

  it('is exported by the plugin, and says what it does', () => {
    expect(plugin).toHaveProperty(implementation.replace('./plugin.cjs#', ''), expect.any(Function));
    expect(description).toMatch(/^[A-Z].*[^.]$/);
  });

  it('shows how it is called, and of each option an example', () => {
    expect(schema.examples.map(({ command }) => command)).toEqual(
      expect.arrayContaining([expect.stringMatching(`^nx g @dr/stack-plugin:${name} `)]),
    );
    const options = Object.values(schema.properties);
    expect(options.filter((option) => !/such as ./.test(option.description))).toEqual([]);
    // One that `nx sync` runs is given none.
    expect(options.length > 0).toBe(name !== 'owners');
    expect(schema.additionalProperties).toBe(false);
  });
});
