export { compressInput, toJson } from './compress-input.ts'
export { decompressInput, parseReport } from './decompress-input.ts'
export { understand } from './understand.ts'
