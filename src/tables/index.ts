export { loadOverlay, overlayFile } from './price-overlay.ts'
export { readTokenTable } from './read.ts'
