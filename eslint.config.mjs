import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import outputTokens from './libs/stack-contracts/output-tokens-rule.cjs';
import { importRules } from './tools/aws-sandbox/import-rules.cjs';

export default tseslint.config(
  { ignores: ['dist/**', '.nx/**', '.sandbox/**', '.deployments/**', 'node_modules/**'] },
  ...tseslint.configs.strict,
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // A stack sees another stack's contract and nothing else of it.
          allow: ['@dr/**/contract'],
          depConstraints: [
            { sourceTag: 'type:stack', onlyDependOnLibsWithTags: ['type:lib', 'type:stack'] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:lib', 'type:tool'] },
            // A library with a team's tag is that team's: written from the owners of the stacks by `nx sync`.
            ...JSON.parse(readFileSync(join(import.meta.dirname, 'module-boundaries.json'), 'utf8')),
          ],
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@cdktf/provider-aws',
              message:
                'The index costs seconds and half a gigabyte. Import a submodule: @cdktf/provider-aws/lib/<service>.',
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      // A construct's effect is to be made: `new X(this, …)` needs no name.
      'no-new': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // By types: what an output is, is known to the compiler alone.
    files: ['apps/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, jsDocParsingMode: 'none' },
    },
    plugins: { contracts: { rules: { 'output-tokens': outputTokens } } },
    rules: { 'contracts/output-tokens': 'error' },
  },
  ...importRules,
);
