export { eventBoundaries } from './boundaries.ts'
export type { EventReader } from './event-data.ts'
export { createEventSplitter, type EventSplitter, type Passable, type SplitterOptions } from './event-splitter.ts'
