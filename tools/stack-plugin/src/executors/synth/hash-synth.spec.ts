import type { HasherContext, Task, TaskGraph, TaskHasher } from '@nx/devkit';
import hashSynth from './hash-synth';

const task = (id: string, overrides = {}) => ({ id, overrides }) as Task;
const graph: TaskGraph = {
  roots: ['data:build', 'network:build'],
  tasks: Object.fromEntries(
    ['data:build', 'network:build', 'data:synth', 'network:synth', 'data:deploy'].map((id) => [id, task(id)]),
  ),
  dependencies: {
    'data:build': [],
    'network:build': [],
    'data:synth': ['data:build'],
    'network:synth': ['network:build'],
    'data:deploy': ['data:synth', 'network:synth'],
  },
  continuousDependencies: {},
};

describe('the hash of a synthesis', () => {
  const hashTask = jest.fn();
  const context = {
    hasher: { hashTask } as unknown as TaskHasher,
    taskGraph: graph,
    env: {},
  } as unknown as HasherContext;
  beforeEach(() => hashTask.mockReset());

  it('has the environment alone of the options of a plan or a deploy', async () => {
    await hashSynth(task('data:synth', { environment: 'prod', json: 'plan.json' }), context);

    expect(hashTask.mock.calls[0][0]).toEqual(task('data:synth', { environment: 'prod' }));
  });

  it('hands Nx the tasks behind it only, since Nx copies them at each call', async () => {
    await hashSynth(task('data:synth'), context);

    expect(hashTask.mock.calls[0][1]).toEqual({
      roots: ['data:build'],
      tasks: { 'data:build': task('data:build'), 'data:synth': task('data:synth') },
      dependencies: { 'data:build': [], 'data:synth': ['data:build'] },
      continuousDependencies: {},
    });
  });
});
