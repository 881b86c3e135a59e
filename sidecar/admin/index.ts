export { type AdminDeps, registerAdmin } from './admin.ts'
export { createPreview, type Preview, type PreviewDeps, type PreviewResult } from './preview.ts'
export { registerStatus, type SidecarState, type StatusDeps } from './status.ts'
