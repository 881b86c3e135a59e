export { compressInput, toJson } from './compress-input.ts'
export { decompressInput, parseReport } from './decompress-input.ts'
export { parseInput } from './parse-input.ts'
