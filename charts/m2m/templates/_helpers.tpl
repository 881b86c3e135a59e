{{/* One M2M for a cluster: its definition, webhook and permissions are the cluster's, so names are fixed. */}}
{{- define "m2m.operator.name" -}}m2m-operator{{- end }}
{{- define "m2m.injector.name" -}}m2m-injector{{- end }}

{{- define "m2m.labels" -}}
app.kubernetes.io/part-of: m2m
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "m2m.operator.selector" -}}
app.kubernetes.io/name: {{ include "m2m.operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "m2m.operator.labels" -}}
{{ include "m2m.operator.selector" . }}
{{ include "m2m.labels" . }}
{{- end }}

{{- define "m2m.injector.selector" -}}
app.kubernetes.io/name: {{ include "m2m.injector.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "m2m.injector.labels" -}}
{{ include "m2m.injector.selector" . }}
{{ include "m2m.labels" . }}
{{- end }}

{{/* A digest goes before a tag, and a tag before the version of the application. */}}
{{- define "m2m.image" -}}
{{- $registry := (.context.Values.global).imageRegistry }}
{{- if $registry }}{{ trimSuffix "/" $registry }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .context.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Of the operator's pods and of the injector's: what comes before their containers. */}}
{{- define "m2m.pod" -}}
{{- $secrets := concat ((.context.Values.global).imagePullSecrets | default list) (.context.Values.operator.imagePullSecrets | default list) | uniq }}
{{- with $secrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The same, of those that have replicas. */}}
{{- define "m2m.spread" -}}
topologySpreadConstraints:
  {{- range .values.topologySpreadConstraints }}
  - {{- toYaml . | nindent 4 }}
    {{- if not .labelSelector }}
    labelSelector:
      matchLabels: {{- $.selector | nindent 8 }}
    {{- end }}
  {{- else }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- .selector | nindent 8 }}
  {{- end }}
{{- end }}

{{- define "m2m.container.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "m2m.container.probes" -}}
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{/* Where no pod ever gets a sidecar: a JSON list of names. */}}
{{- define "m2m.excludedNamespaces" -}}
{{ concat (list "kube-system" "kube-public" "kube-node-lease" .Release.Namespace) (.Values.injector.excludedNamespaces | default list) | uniq | toJson }}
{{- end }}

{{/* Labels of nodes that say their system. */}}
{{- define "m2m.cel.os" -}}['kubernetes.io/os', 'beta.kubernetes.io/os']{{- end }}

{{/* Variables of both admission policies. Who asks, as the injector decides it (`wishOf`), and who cannot have one. */}}
{{- define "m2m.wish" -}}
# What the pod says, by annotation and label.
- name: said
  expression: >-
    [object.metadata.?annotations[?'m2m.io/inject'], object.metadata.?labels[?'m2m.io/inject']].filter(v, v.hasValue()).map(v, v.value())
- name: asked
  expression: >-
    variables.said.size() > 0
    ? !variables.said.exists(v, v == 'false') && variables.said.exists(v, v == 'true')
    : namespaceObject.metadata.?labels[?'m2m.io/inject'].orValue('') == 'true'
# Pods that cannot have one: of the node's network, of a node's own files, of Windows, of a mesh alone (its gateways).
- name: windows
  expression: >-
    object.spec.?os.?name.orValue('') == 'windows'
    || {{ include "m2m.cel.os" . }}.exists(k, object.spec.?nodeSelector[?k].orValue('') == 'windows')
    || [object.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])]
    .exists(terms, terms.size() > 0 && terms.all(t, t.?matchExpressions.orValue([]).exists(e, e.key in {{ include "m2m.cel.os" . }}
    && e.operator == 'In' && e.?values.orValue([]).all(v, v == 'windows'))))
- name: excepted
  expression: >-
    object.spec.?hostNetwork.orValue(false)
    || object.metadata.?annotations[?'kubernetes.io/config.mirror'].hasValue()
    || variables.windows
    || object.spec.containers.all(c, c.name == 'm2m-proxy' || c.name in {{ include "m2m.cel.mesh-network" . }}
    || c.name in {{ include "m2m.cel.mesh-helpers" . }} || c.name.matches('^opentelemetry-auto-instrumentation(-[a-z]+)?$'))
{{- end }}
