export { Conversation } from './conversation.ts'
export { type PinScope, scopeOf } from './pin-key.ts'
export {
  HEADER,
  isSwitch,
  type PinRecord,
  readRecords,
  type SentForm,
  type Switch,
  versionOf,
  writeRecord,
} from './pin-record.ts'
export { Pins } from './pins.ts'
export { type PrefixMismatch, prefixMismatchOf } from './refusal.ts'
