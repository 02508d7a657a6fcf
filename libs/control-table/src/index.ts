export { CONTROL_KEY, ControlTableReader, type ControlTableReaderOptions } from './control-table-reader';
export { ControlTableWriter, type ControlTableWriterOptions, type WriteOutcome } from './control-table-writer';
export { fencedTransaction, type TransactionConnection } from './fenced-transaction';
export { HeartbeatStore, type HeartbeatStoreOptions } from './heartbeat-store';
export { readRecoveryActivity, type RecoveryActivity } from './recovery-activity';
export {
  type AdmittedWrite,
  WriteFence,
  type WriteFenceOptions,
  WriteOvertimeError,
  WriteRefusedError,
} from './write-fence';
