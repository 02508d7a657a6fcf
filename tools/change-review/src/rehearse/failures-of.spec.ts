import type { Review } from '../review/review';
import { failuresOf } from './rehearse-command';

const rehearsal = (more: Partial<Review>): Review => ({
  version: 1,
  environment: 'prod',
  account: 'sandbox',
  base: 'b'.repeat(40),
  head: 'a'.repeat(40),
  changed: false,
  ...more,
});

const state = (name: string, outcome: 'applied' | 'failed' | 'not-begun', problem?: string) => ({
  stack: 'data',
  state: name,
  region: 'us-east-1',
  outcome,
  ...(problem === undefined ? {} : { problem }),
  provisional: false,
  changes: [],
  drift: [],
});

it('fails for what a deploy stops at, what it could not do and a missed objective, each once', () => {
  const { plan: _none, ...empty } = rehearsal({});

  expect(failuresOf(empty)).toEqual([]);
  expect(
    failuresOf(
      rehearsal({
        plan: {
          version: 1,
          mode: 'deploy',
          environment: 'prod',
          account: 'sandbox',
          stops: ['output vpcId is read'],
          states: [
            state('data-us-east-1', 'failed', 'data-us-east-1: plan failed.'),
            state('data-us-west-2', 'failed', 'no answer'),
            state('compute-us-east-1', 'not-begun', 'not begun'),
            state('network-us-east-1', 'applied'),
          ],
        },
        recovery: { tiers: [], missed: ['prod: entry is 68 s at worst'] },
      }),
    ),
  ).toEqual([
    'output vpcId is read',
    'data-us-east-1: plan failed.',
    'data-us-west-2: no answer',
    'prod: entry is 68 s at worst',
  ]);
  expect(failuresOf(rehearsal({ problem: 'the settings mean a new deployment' }))).toEqual([
    'the settings mean a new deployment',
  ]);
});
