"""LiteLLM's compression guardrail, applied to a request as its proxy applies it.

Takes one JSON object a line, `{"api", "params", "body"}`: "openai" or "anthropic", the guardrail's parameters, a request.
Answers each with a line: `{"body", "log"}`, the request as LiteLLM forwards it and its log entry of the guardrail, or
`{"status"}`, that of the error which LiteLLM raises instead.
"""

import asyncio
import json
import sys

answers, sys.stdout = sys.stdout, sys.stderr

from fastapi import HTTPException
from litellm.llms.anthropic.chat.guardrail_translation.handler import AnthropicMessagesHandler
from litellm.llms.openai.chat.guardrail_translation.handler import OpenAIChatCompletionsHandler
from litellm.proxy.guardrails.guardrail_hooks.headroom import HeadroomGuardrail

HANDLERS = {"openai": OpenAIChatCompletionsHandler, "anthropic": AnthropicMessagesHandler}


async def apply(api: str, params: dict, body: dict) -> dict:
    guardrail = HeadroomGuardrail(guardrail_name="m2m", **params)
    try:
        forwarded = dict(await HANDLERS[api]().process_input_messages(body, guardrail))
    except HTTPException as error:
        return {"status": error.status_code}
    [log] = forwarded.pop("metadata")["standard_logging_guardrail_information"]
    return {"body": forwarded, "log": log}


async def main() -> None:
    for line in sys.stdin:
        print(json.dumps(await apply(**json.loads(line))), file=answers, flush=True)


asyncio.run(main())
