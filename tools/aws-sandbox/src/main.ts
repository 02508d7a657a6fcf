#!/usr/bin/env node
import { runProgram } from '@dr/command-line';
import { SANDBOX_ERRORS, sandboxCommands } from './commands';
import { commandLine } from './model/command-line';

runProgram(sandboxCommands(commandLine('').trim(), __filename), SANDBOX_ERRORS);
