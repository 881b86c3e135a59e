export { createRecorder, type Recorder } from './recorder.ts'
