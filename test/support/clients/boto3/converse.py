"""Asks a model of Bedrock as docs/providers.md says: with a key, unsigned. Arguments: the endpoint's URL, the messages as JSON."""

import json
import sys

import boto3
import botocore
from botocore.config import Config

endpoint, messages = sys.argv[1:]
client = boto3.client(
    "bedrock-runtime",
    region_name="us-east-1",
    endpoint_url=endpoint,
    config=Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}),
)
client.meta.events.register(
    "before-send.bedrock-runtime.*",
    lambda request, **_: request.headers.__setitem__("Authorization", "Bearer bedrock-test"),
)
reply = client.converse(modelId="anthropic.claude-sonnet-5-v1:0", messages=json.loads(messages))
print(json.dumps(reply["output"]))
