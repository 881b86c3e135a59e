export { findJson, type JsonSpan } from './find.ts'
export { hasSameLexemes, type JsonUnits, scalarEnd, skipSpace } from './lexemes.ts'
export { minifyJson } from './minify.ts'
export { outlineOf, outlining } from './outline.ts'
export { type JsonTape, type ScanStart, scanJson, scanning } from './scan.ts'
export { type Splice, splice } from './splice.ts'
export {
  childrenOf,
  endOf,
  hasOnly,
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
export { textFrom, unitsOf } from './units.ts'
