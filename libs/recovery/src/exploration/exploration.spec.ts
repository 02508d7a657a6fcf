import { describeExploration } from './exploration-for-test';

describeExploration('quick');
