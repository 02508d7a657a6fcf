import { describeExploration } from './exploration-for-test';

jest.setTimeout(300_000);

describeExploration('full');
