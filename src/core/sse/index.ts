export { blankLineBoundaries } from './boundaries.ts'
export { createEventSplitter, type EventSplitter, type SplitterOptions, type WholeEvents } from './event-splitter.ts'
