import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostTasksExecutionContext } from '@nx/devkit';
import { taskTimes, writeTaskTimes } from './task-times';

type Results = PostTasksExecutionContext['taskResults'];

const result = (target: string, status: string, startTime?: number, endTime?: number) =>
  ({ task: { target: { project: 'data', target }, startTime, endTime }, status }) as unknown as Results[string];

const RESULTS: Results = {
  'data:test': result('test', 'success', 3_000, 5_500),
  'data:lint': result('lint', 'local-cache', 1_000, 1_020),
  'data:e2e': result('e2e', 'skipped'),
};

const EXPECTED = [
  { project: 'data', target: 'lint', seconds: 0.02, cached: true },
  { project: 'data', target: 'test', seconds: 2.5, cached: false },
];

it('are those of the tasks that began, in seconds, told apart from the cache', () => {
  expect(taskTimes(RESULTS)).toEqual(EXPECTED);
});

describe('the times of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dr-times-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are written where the environment names a folder, and nowhere else', () => {
    writeTaskTimes({ taskResults: RESULTS, startTime: 1 }, {});
    expect(readdirSync(folder)).toEqual([]);

    writeTaskTimes({ taskResults: RESULTS, startTime: 1 }, { DR_TASK_TIMES: folder });
    expect(readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))).toEqual([EXPECTED]);
  });
});
