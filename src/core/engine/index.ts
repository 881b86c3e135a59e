export { compressInput, compressingInput } from './compress-input.ts'
export { decompressInput, decompressingInput, parseReport } from './decompress-input.ts'
export { parseInput } from './parse-input.ts'
export { toGatewayJson, toJson } from './to-json.ts'
