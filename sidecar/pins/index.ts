export { type ConversationDeps, conversationOf } from './conversation-of.ts'
export { createFailedHeals, type FailedHeals } from './failed-heals.ts'
export { PinStore } from './pin-store.ts'
