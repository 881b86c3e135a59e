export { createDoctor, type Doctor, type PrefixBreak } from './detector.ts'
