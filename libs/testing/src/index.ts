export {
  type BlockArguments,
  synthesizeConstructs,
  synthesizeForTest,
  type SynthesizedStack,
  SynthesizedState,
} from './synthesize-for-test';
