/**
 * The front door for those who read policy documents; index.ts is the one for those who follow a policy. Apart, because
 * YAML and the schema take half a megabyte of code that a sidecar without a policy file never runs.
 */

export { adminPortOf, type PodPorts } from './admin-port.ts'
export {
  BUNDLE_INDEX,
  BUNDLE_VERSIONS,
  type BundleIndex,
  type BundleVersion,
  choosePolicy,
  readBundleIndex,
} from './bundle.ts'
export {
  acceptPolicy,
  type ClusterPolicy,
  isRefused,
  type NamespaceFacts,
  type PolicyObject,
  policiesOf,
  type RefusedPolicy,
  whyNotForPod,
  whyNotInNamespace,
} from './candidates.ts'
export { heldFields, type PolicyChange, policyChanges } from './changes.ts'
export { ANNOTATIONS, BUNDLE_NAME, LABELS, OPERATOR_NAMESPACE, SIDECAR_NAME } from './cluster-names.ts'
export { type Conflict, conflictsOf, idOf, isCovered, MAX_CONFLICTS, winnerOf } from './conflicts.ts'
export { type Diagnostic, formatDiagnostic } from './diagnostic.ts'
export { type Excluded, type Explanation, explainPod } from './explain.ts'
export { fieldPaths, policyFieldPaths } from './field-paths.ts'
export { deciderOf, sectionsLeft, specInForce } from './inherit.ts'
export { withOverrides } from './last-good.ts'
export { keysInAnnotation, keysInJson, keysInPolicy, LAST_APPLIED, LITERAL_KEY } from './literal-keys.ts'
export { type ParsedPolicies, type PolicyDocument, parsePolicyDocuments } from './parse.ts'
export { type RunningPolicy, runningPolicy } from './policy-info.ts'
export {
  firstMatch,
  PRECEDENCE_RULES,
  type PrecedenceRule,
} from './precedence.ts'
export { policyReference } from './reference.ts'
export type { PolicySpec } from './schema.ts'
export { type LabelSelector, type Labels, matchesLabels } from './selector.ts'
export { staticHash, wiringHash } from './static-hash.ts'
export { type Bundle, type BundlePolicy, sidecarSpec, writeBundle } from './write-bundle.ts'
