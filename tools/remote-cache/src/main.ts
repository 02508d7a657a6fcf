import { runProgram } from '@dr/command-line';
import { serve } from './serve';

const PROGRAM = {
  name: 'node dist/tools/remote-cache/main.js',
  description: 'A remote cache for Nx, whose artifacts are in a bucket or a folder.',
  commands: [serve],
};

runProgram(PROGRAM, []);
