export { CONTROL_KEY, ControlTableReader, type ControlTableReaderOptions } from './control-table-reader';
