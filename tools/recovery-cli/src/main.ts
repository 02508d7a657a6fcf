import { runProgram } from '@dr/command-line';
import { EXPECTED_ERRORS } from './errors';
import { RECOVERY } from './operator-commands';

runProgram(RECOVERY, EXPECTED_ERRORS);
