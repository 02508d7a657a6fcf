export { CONTROL_KEY, ControlTableReader, type ControlTableReaderOptions } from './control-table-reader';
export { ControlTableWriter, type ControlTableWriterOptions, type WriteOutcome } from './control-table-writer';
