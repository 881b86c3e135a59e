export { type AdminDeps, registerAdmin } from './admin.ts'
export { createPreview, type PreviewResult } from './preview.ts'
export { registerStatus, type SidecarState } from './status.ts'
