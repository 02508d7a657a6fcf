import { runProgram } from '@dr/command-line';
import { SANDBOX_ERRORS } from '@dr/aws-sandbox/commands';
import { EXPECTED_ERRORS } from '@dr/recovery-cli';
import { STACKS } from './stacks';

runProgram(STACKS, [...EXPECTED_ERRORS, ...SANDBOX_ERRORS]);
