export { CONTROL_KEY, ControlTableReader, type ControlTableReaderOptions } from './control-table-reader';
export { ControlTableWriter, type ControlTableWriterOptions, type WriteOutcome } from './control-table-writer';
export {
  type AdmittedWrite,
  WriteFence,
  type WriteFenceOptions,
  WriteOvertimeError,
  WriteRefusedError,
} from './write-fence';
