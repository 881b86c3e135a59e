#!/bin/sh
# litellm 1.110.2, guardrail `headroom`: a tool result is sent as it came once, and compressed from the next turn on.
#
# Documented: the guardrail sends a call's messages through a compression engine, and protects the last ones; not that a
#             protected result is compressed on the next turn.
# Seen:       the newest tool exchange is held back from the engine: turn 1 sends `result 1`, turn 2 sends `RESULT 1` and
#             `result 2`, with an engine that answers in capitals.
# For us:     every turn changes a result that was sent before, so the provider's prompt cache breaks there each time, and a
#             model that binds its reasoning to the bytes before it refuses or drops it (docs/engine-api.md).
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check litellm==1.110.2 fastapi==0.165.0 httpx2==2.16.2

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >turns.py <<'PY'
import asyncio, json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from litellm.proxy.guardrails.guardrail_hooks.headroom import HeadroomGuardrail


class Engine(BaseHTTPRequestHandler):
    """Answers with the same rows in capitals."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        rows = [{**row, "content": row["content"].upper()} for row in body["messages"]]
        answer = json.dumps({"messages": rows}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def exchange(nth):
    call = {"id": f"call_{nth}", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"call_{nth}", "content": f"result {nth}"},
    ]


async def main():
    engine = HTTPServer(("127.0.0.1", 0), Engine)
    threading.Thread(target=engine.serve_forever, daemon=True).start()
    guardrail = HeadroomGuardrail(api_base=f"http://127.0.0.1:{engine.server_port}", guardrail_name="engine")
    messages = [{"role": "user", "content": "go"}]
    for nth in (1, 2, 3):
        messages = messages + exchange(nth)
        sent = await guardrail.apply_guardrail(
            inputs={"structured_messages": messages},
            request_data={"model": "some-model", "messages": messages},
            input_type="request",
        )
        print(", ".join(row["content"] for row in sent["structured_messages"] if row["role"] == "tool"))


asyncio.run(main())
PY
seen=$(venv/bin/python turns.py 2>/dev/null)
expect 'three turns' 'result 1
RESULT 1, result 2
RESULT 1, RESULT 2, result 3' "$seen"
echo 'as described: each result changes one turn after it was first sent'
