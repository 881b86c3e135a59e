{{/* One operator for a cluster: its definition and its permissions are the cluster's, so names are fixed. */}}
{{- define "m2m.operator.name" -}}m2m-operator{{- end }}

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
