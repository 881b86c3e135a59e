export { Conversation } from './conversation.ts'
export { scopeOf } from './pin-key.ts'
export { Pins } from './pins.ts'
