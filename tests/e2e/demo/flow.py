"""The whole flow in Python: ask for a picture, receive the webhook, make sure that it is genuine, keep the picture.

    OPTIDASH_BASE_URL=... OPTIDASH_PHOTOGRAPH=photo.jpg python flow.py FOLDER
"""

import os
import sys
import time
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
from optidash import Optidash, Receiver

folder = Path(sys.argv[1])
accepted = Future()
notified = Future()


def say(word, text):
    print(f"{word}\t{text}", flush=True)


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        length = min(int(self.headers.get("Content-Length", 0)), receiver.max_body + 1)
        result = receiver.receive(
            method=self.command,
            address=self.client_address[0],
            headers=self.headers.items(),
            body=self.rfile.read(length),
            # The notification can be faster than the answer to the request, so the id is awaited.
            expect=accepted.result(timeout=30),
        )
        if result.accepted:
            self.send_response(200)
            notified.set_result(result)
        else:
            self.send_response(result.status, result.reason)
            for name, value in result.headers:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
place = f"127.0.0.1:{server.server_port}/endpoint"
endpoint = f"http://user:pass@{place}"
# The API's own network is the default; this one is for an API on this machine.
receiver = Receiver(endpoint=endpoint, networks=["127.0.0.0/8"])
Thread(target=server.serve_forever, daemon=True).start()


def forge(password, unexpected):
    """Send what the API never sent, and tell how the endpoint answers."""
    forged = {"success": True, "code": 200, "id": unexpected}
    response = httpx.post(f"http://{place}", auth=("user", password), json=forged)
    if response.is_success:
        raise RuntimeError("a forged notification was believed")
    return f"answered {response.status_code} {response.reason_phrase}"


with Optidash("your-api-key") as opti:
    say("ask", f"fetch https://www.website.com/image.jpg, resize to 100x75, webhook http://user:***@{place}")
    begun = time.monotonic()
    answer = opti.fetch("https://www.website.com/image.jpg").resize(width=100, height=75).webhook(url=endpoint).to_json()
    accepted.set_result(answer["id"])
    say("accepted", f"{answer['code']}, id {answer['id']}")

    notification = notified.result(timeout=30)
    say("notified", f"after {(time.monotonic() - begun) * 1000:.0f} ms, id {notification.id}")
    say("genuine", "address in 127.0.0.0/8, user and password right, id is the one waited for")

    output = notification.output
    picture = folder / "python-100x75.jpg"
    picture.write_bytes(httpx.get(output["url"]).content)
    say("picture", f"{output['format']} {output['width']}x{output['height']}, {output['bytes']} bytes: {picture}")

    say("forged", f"wrong password: {forge('guess', notification.id)}")
    say("forged", f"unknown id: {forge('pass', '00000000-0000-4000-8000-000000000000')}")

    large = folder / "python-12-megapixels.jpg"
    opti.upload(os.environ["OPTIDASH_PHOTOGRAPH"]).resize(width=4000, height=3000, mode="exact").to_file(large)
    begun = time.monotonic()
    small = folder / "python-12-megapixels-100x75.jpg"
    metadata = opti.upload(large).resize(width=100, height=75).to_file(small)
    sizes = " to ".join(f"{metadata[image]['width']}x{metadata[image]['height']}" for image in ("input", "output"))
    say("upload", f"12 MP JPEG, {sizes} in {(time.monotonic() - begun) * 1000:.0f} ms: {small}")

server.shutdown()
