#!/bin/sh
# google-genai 3.6.1 closes a client whose `models` are in use: `Client(...).models.generate_content(...)` fails each time.
#
# Documented: a client is closed by `close()` or by a `with` block. The page says that the block avoids the error below, not when
#             it comes; for asyncio its own example is `async with Client().aio`, which no variable holds either.
# Seen:       the client closes its connections when Python drops it, and its `models` do not hold it. In one expression, or
#             when a function gives back `client.models`, the call fails before anything is sent: `Cannot send a request, as
#             the client has been closed`. The same expression with `.aio` works.
# For us:     it reads as a fault of the address that was just changed. No proxy sees such a call.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-genai==3.6.1

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.py <<'PY'
import asyncio, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google import genai
from google.genai import types

ANSWER = b'{"candidates":[{"content":{"role":"model","parts":[{"text":"hello"}]}}]}'


class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        pass


def client():
    options = types.HttpOptions(base_url=f"http://127.0.0.1:{server.server_port}")
    return genai.Client(api_key="test", http_options=options)


server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=server.serve_forever, daemon=True).start()
ask = {"model": "some-model", "contents": "hello"}
try:
    if sys.argv[1] == "held":
        held = client()
        print(held.models.generate_content(**ask).text)
    elif sys.argv[1] == "dropped":
        print(client().models.generate_content(**ask).text)
    else:
        print(asyncio.run(client().aio.models.generate_content(**ask)).text)
except RuntimeError as error:
    print(error)
PY

expect 'in a variable' 'hello' "$(venv/bin/python ask.py held 2>/dev/null)"
expect 'in one expression' 'Cannot send a request, as the client has been closed.' \
  "$(venv/bin/python ask.py dropped 2>/dev/null)"
expect 'in one expression, asyncio' 'hello' "$(venv/bin/python ask.py asyncio 2>/dev/null)"
echo 'as described: a client that no variable holds is closed before its call'
