{{/* The volume with the webhook's certificate; empty: the injector makes its own. */}}
{{- define "m2m.tls.source" -}}
{{- $name := include "m2m.injector.name" . }}
{{- $tls := .Values.tls }}
{{- $chosen := compact (list (ternary "tls.certManager" "" $tls.certManager.enabled) (ternary "tls.externalSecret" "" (ne $tls.externalSecret "")) (ternary "tls.podCertificate" "" $tls.podCertificate.enabled)) }}
{{- if gt (len $chosen) 1 }}
{{- fail (printf "choose one of %s" (join ", " $chosen)) }}
{{- end }}
{{- if $tls.certManager.enabled }}
# Without its ca.crt: cert-manager writes that into the webhook itself, and two writers could differ during a change.
secret:
  secretName: {{ $name }}-tls
  items: [{ key: tls.crt, path: tls.crt }, { key: tls.key, path: tls.key }]
{{- else if $tls.externalSecret }}
secret:
  secretName: {{ $tls.externalSecret }}
{{- else if $tls.podCertificate.enabled }}
{{- if semverCompare "<1.37.0-0" .Capabilities.KubeVersion.Version }}
{{- fail (printf "tls.podCertificate needs Kubernetes 1.37 or later, and this is %s" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- if not $tls.podCertificate.signerName }}
{{- fail "tls.podCertificate needs tls.podCertificate.signerName" }}
{{- end }}
projected:
  sources:
    - podCertificate:
        signerName: {{ $tls.podCertificate.signerName }}
        keyType: {{ $tls.podCertificate.keyType }}
        maxExpirationSeconds: {{ int $tls.podCertificate.maxExpirationSeconds }}
        certificateChainPath: tls.crt
        keyPath: tls.key
    - clusterTrustBundle:
        signerName: {{ $tls.podCertificate.signerName }}
        labelSelector: {}
        path: ca.crt
        optional: true
{{- end }}
{{- end }}
