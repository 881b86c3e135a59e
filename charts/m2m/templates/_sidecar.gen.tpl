{{/* Made by `make generate`; do not edit. */}}
{{- define "m2m.cel.container" -}}
{"name": dyn("m2m-proxy"), "image": dyn({{ include "m2m.image" (dict "context" . "image" .Values.sidecar.image) | toJson }}), "imagePullPolicy": dyn({{ .Values.sidecar.image.pullPolicy | toJson }}), "restartPolicy": dyn("Always"), "ports": dyn([{"name": dyn("m2m-admin"), "containerPort": dyn(variables.admin), "protocol": dyn("TCP")}]), "resources": dyn(variables.resources), "volumeMounts": dyn([{"name": dyn(variables.policyVolume), "mountPath": dyn("/etc/m2m/policy"), "readOnly": dyn(true)}, {"name": dyn(variables.podinfoVolume), "mountPath": dyn("/etc/m2m/podinfo"), "readOnly": dyn(true)}, {"name": dyn(variables.podinfoVolume), "mountPath": dyn("/var/run/secrets/kubernetes.io/serviceaccount"), "readOnly": dyn(true)}]), "startupProbe": dyn({"httpGet": dyn({"path": dyn("/readyz"), "port": dyn(variables.admin), "scheme": dyn("HTTP")}), "periodSeconds": dyn(1), "timeoutSeconds": dyn(5), "failureThreshold": dyn(120)}), "livenessProbe": dyn({"httpGet": dyn({"path": dyn("/livez"), "port": dyn(variables.admin), "scheme": dyn("HTTP")}), "periodSeconds": dyn(20), "timeoutSeconds": dyn(10), "failureThreshold": dyn(6)}), "securityContext": dyn({"allowPrivilegeEscalation": dyn(false), "capabilities": dyn({"drop": dyn(["ALL"])}), "privileged": dyn(false), "readOnlyRootFilesystem": dyn(true), "runAsGroup": dyn(65532), "runAsNonRoot": dyn(true), "runAsUser": dyn(65532), "seccompProfile": dyn({"type": dyn("RuntimeDefault")})}), "terminationMessagePolicy": dyn("FallbackToLogsOnError"), "env": dyn(variables.sidecarEnv)}
{{- end }}

{{- define "m2m.cel.container.captured" -}}
{"name": dyn("m2m-proxy"), "image": dyn({{ include "m2m.image" (dict "context" . "image" .Values.sidecar.image) | toJson }}), "imagePullPolicy": dyn({{ .Values.sidecar.image.pullPolicy | toJson }}), "restartPolicy": dyn("Always"), "ports": dyn([{"name": dyn("m2m-admin"), "containerPort": dyn(variables.admin), "protocol": dyn("TCP")}]), "resources": dyn(variables.resources), "volumeMounts": dyn([{"name": dyn(variables.policyVolume), "mountPath": dyn("/etc/m2m/policy"), "readOnly": dyn(true)}, {"name": dyn(variables.podinfoVolume), "mountPath": dyn("/etc/m2m/podinfo"), "readOnly": dyn(true)}, {"name": dyn(variables.podinfoVolume), "mountPath": dyn("/var/run/secrets/kubernetes.io/serviceaccount"), "readOnly": dyn(true)}]), "startupProbe": dyn({"exec": dyn({"command": dyn(["/nodejs/bin/node", "-e", "require('http').get(\"http://127.0.0.1:" + string(variables.admin) + "/readyz\",(r)=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))"])}), "periodSeconds": dyn(1), "timeoutSeconds": dyn(5), "failureThreshold": dyn(120)}), "securityContext": dyn({"allowPrivilegeEscalation": dyn(false), "capabilities": dyn({"drop": dyn(["ALL"])}), "privileged": dyn(false), "readOnlyRootFilesystem": dyn(true), "runAsGroup": dyn(65532), "runAsNonRoot": dyn(true), "runAsUser": dyn(65532), "seccompProfile": dyn({"type": dyn("RuntimeDefault")})}), "terminationMessagePolicy": dyn("FallbackToLogsOnError"), "env": dyn(variables.sidecarEnv)}
{{- end }}

{{- define "m2m.cel.env" -}}
[{"name": dyn("M2M_POLICY"), "value": dyn("/etc/m2m/policy")}, {"name": dyn("M2M_POD_LABELS_PATH"), "value": dyn("/etc/m2m/podinfo/labels")}, {"name": dyn("M2M_PROXY_MODE"), "value": dyn("Audit")}, {"name": dyn("M2M_ADMIN_HOST"), "value": dyn("::")}, {"name": dyn("M2M_POD_NAMESPACE"), "valueFrom": dyn({"fieldRef": dyn({"apiVersion": dyn("v1"), "fieldPath": dyn("metadata.namespace")})})}, {"name": dyn("M2M_POD_NAME"), "valueFrom": dyn({"fieldRef": dyn({"apiVersion": dyn("v1"), "fieldPath": dyn("metadata.name")})})}, {"name": dyn("M2M_NODE_NAME"), "valueFrom": dyn({"fieldRef": dyn({"apiVersion": dyn("v1"), "fieldPath": dyn("spec.nodeName")})})}, {"name": dyn("M2M_DRAIN_GRACE"), "value": dyn("5s")}]
{{- end }}

{{- define "m2m.cel.volumes" -}}
[{"name": dyn(variables.policyVolume), "configMap": dyn({"name": dyn("m2m-bundle"), "optional": dyn(true), "defaultMode": dyn(420)})}, {"name": dyn(variables.podinfoVolume), "downwardAPI": dyn({"items": dyn([{"path": dyn("labels"), "fieldRef": dyn({"apiVersion": dyn("v1"), "fieldPath": dyn("metadata.labels")})}]), "defaultMode": dyn(420)})}]
{{- end }}

{{- define "m2m.cel.addresses" -}}
[{"name": dyn("OPENAI_BASE_URL"), "path": dyn("/openai/v1")}, {"name": dyn("GOOGLE_GEMINI_BASE_URL"), "path": dyn("/google")}, {"name": dyn("GROQ_BASE_URL"), "path": dyn("/groq")}, {"name": dyn("ANTHROPIC_BASE_URL"), "path": dyn("/anthropic")}]
{{- end }}

{{- define "m2m.cel.annotations" -}}
[{"path": dyn("m2m.io~1status"), "value": dyn("injected")}, {"path": dyn("m2m.io~1bundle-version"), "value": dyn("2")}, {"path": dyn("m2m.io~1static-hash"), "value": dyn("5130066dd41ab1d5")}, {"path": dyn("m2m.io~1wiring-hash"), "value": dyn("03b8f15c8ad4ec77")}, {"path": dyn("kubectl.kubernetes.io~1default-container"), "value": dyn(variables.first)}]
{{- end }}

{{- define "m2m.cel.mesh-network" -}}
["istio-init", "istio-validation", "istio-proxy", "linkerd-init", "linkerd-network-validator", "linkerd-proxy"]
{{- end }}

{{- define "m2m.cel.mesh-helpers" -}}
["enable-core-dump", "linkerd-debug", "daprd", "vault-agent", "vault-agent-init", "otc-container"]
{{- end }}
