/** Which pod this is, where there is one: the injector sets these from the downward API. */

const NAME = {
  format: name,
  range: 'a name',
  default: '',
}

export const POD_SETTINGS = {
  labelsPath: {
    doc:
      "The file of this pod's labels (downward API, `metadata.labels`). They choose the policy in a bundle, and are watched as " +
      'the bundle is. Empty: no labels, so only policies without a selector match.',
    format: text,
    range: 'a path',
    default: '',
    env: 'M2M_POD_LABELS_PATH',
  },
  compression: {
    doc:
      '`disabled`: no result of this pod is compressed, whatever its policy says (annotation `m2m.io/compression`). ' +
      'Nothing here makes a policy do more than it says.',
    format: compression,
    range: 'disabled, or empty',
    default: '',
    env: 'M2M_POD_COMPRESSION',
  },
  namespace: {
    doc: 'The namespace of this pod: in log lines, spans and `target_info`.',
    ...NAME,
    env: 'M2M_POD_NAMESPACE',
  },
  name: { doc: 'The name of this pod: likewise.', ...NAME, env: 'M2M_POD_NAME' },
  node: { doc: 'The node on which it runs: likewise.', ...NAME, env: 'M2M_NODE_NAME' },
  workload: { doc: 'The name of the workload that it belongs to: likewise.', ...NAME, env: 'M2M_WORKLOAD_NAME' },
  workloadKind: {
    doc: 'The kind of that workload, such as Deployment, StatefulSet, DaemonSet, Job or CronJob.',
    format: kind,
    range: 'a kind',
    default: '',
    env: 'M2M_WORKLOAD_KIND',
  },
} as const

function text(value: unknown): void {
  if (typeof value !== 'string') throw new Error('must be text')
}

function compression(value: unknown): void {
  if (value !== '' && value !== 'disabled') throw new Error('must be disabled, or empty')
}

/** Names of pods, namespaces and nodes: DNS labels with dots between them (RFC 1123). */
function name(value: unknown): void {
  if (!/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$/.test(String(value))) {
    throw new Error('must be the name of an object: lower-case letters, digits, inner hyphens and dots')
  }
}

function kind(value: unknown): void {
  if (!/^([A-Za-z][A-Za-z0-9]{0,62})?$/.test(String(value))) throw new Error('must be a kind such as Deployment')
}
