import { OPERATOR_COMMANDS } from './operator-commands';
import { runProgram } from './program';

runProgram(OPERATOR_COMMANDS);
