export { createDoctor, type Doctor, type PrefixBreak } from './doctor.ts'
