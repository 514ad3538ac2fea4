"""Mistakes that a type checker must find: each line marked here is one."""

from __future__ import annotations

import optidash
from optidash.testing import notification_request
from optidash.webhook import WebhookHandler

client = optidash.Optidash("key")
client.resize(widht=100)  # mistake
client.resize(width="100")  # mistake
client.resize(upscale=1.5)  # mistake
client.fetch(5)  # mistake
client.upload(5)  # mistake
client.fetch("https://www.website.com/image.jpg").to_request("xml")  # mistake
optidash.Optidash("key", authentication="digest")  # mistake
optidash.Receiver(networks=5)  # mistake
optidash.transform("text", {})  # mistake
WebhookHandler(optidash.Receiver(), lambda: None)  # mistake
notification_request(identity="a")  # mistake
optidash.Optidash("key", timeout="5")  # mistake
client.account(retry=1)  # mistake
client.account(timeout={"conect": 1})  # mistake
client.fetch("https://www.website.com/image.jpg").to_file()  # mistake
client.batch([1], print, on_result=5)  # mistake
optidash.AsyncOptidash("key").batch([1], lambda each, client: 5)  # mistake
