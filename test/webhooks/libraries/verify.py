"""Verifies a message from standard input with each secret, and prints "ok" or "refused" for each."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

message = json.load(sys.stdin)
for secret in message["secrets"]:
    try:
        Webhook(secret).verify(message["body"], message["headers"])
        print("ok")
    except WebhookVerificationError:
        print("refused")
