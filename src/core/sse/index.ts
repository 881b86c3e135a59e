export { eventBoundaries } from './boundaries.ts'
export { createEventSplitter, type EventSplitter, type Passable, type SplitterOptions } from './event-splitter.ts'
