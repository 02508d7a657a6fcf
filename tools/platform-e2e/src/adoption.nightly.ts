/** In a workspace that a company adopted, every type is right, and every unit test and what compares generated files is green. */
import { ACME, wholeCopy } from './adopted-workspace';
import { foreignEnvironment, outputOf, run } from './workspace';

const workspace = wholeCopy();
afterAll(() => workspace.dispose());

beforeAll(async () => {
  outputOf(await workspace.stacks(['adopt', ...ACME]));
  workspace.commit('Adopted');
});

it('all types are right', async () => {
  const include = ['apps', 'libs', 'tools'].map((folder) => `../${folder}/*/src`);
  workspace.write('dist/tsconfig.json', JSON.stringify({ extends: '../tsconfig.base.json', include }));
  const args = ['node_modules/typescript-native/bin/tsc', '--project', 'dist/tsconfig.json'];

  expect(outputOf(await run(process.execPath, args, { cwd: workspace.root, env: foreignEnvironment() }))).toBe('');
});

it('all unit tests are green', async () => {
  const said = outputOf(await workspace.nx(['run-many', '-t', 'test', '--parallel=2']));

  expect(said).toMatch(/Successfully ran target test for \d\d projects/);
});

it.each(['e2e-inventory', 'e2e-ownership', 'e2e-service-roles', 'e2e-invariants'])('%s is green', async (suite) => {
  expect(outputOf(await workspace.nx(['run', `platform-e2e:${suite}`]))).toContain('Successfully ran target');
});
