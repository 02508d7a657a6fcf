export { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
export { type CommandContext, CommandError, type MakeCommand } from './command';
export { readJsonFile, writeJsonFile, writeNamedFile } from './files';
export { describeError, type ExpectedError, type Program, programOf, runCommandLine, runProgram } from './program';
export { wholeNumber } from './values';
