export { createMemories, type Memories } from './memories.ts'
export { type MemoryFigures, memoryLimits } from './shares.ts'
