export { type JsonTape, type JsonUnits, type ScanLimits, scanJson } from './scan.ts'
export { type Splice, splice } from './splice.ts'
export {
  childrenOf,
  endOf,
  isString,
  type JsonKind,
  kindOf,
  memberOf,
  NONE,
  nextOf,
  sourceOf,
  startOf,
  textOf,
} from './tape.ts'
