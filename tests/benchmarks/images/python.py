"""One library of Python under measurement: python python.py <library>. What it reads and says stands in node.mjs."""

import io
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

QUALITY = 80


def optidash():
    from optidash import transform

    def make(data, task):
        resize = {"mode": "exact", "width": task["width"], "height": task["height"]}
        output = {"quality": QUALITY, "encoding": "baseline"} if task["format"] == "jpg" else {}
        return transform(data, {"resize": resize, "output": output}).data

    return make


def pillow(draft=False):
    from PIL import Image

    options = {"jpg": ("JPEG", {"quality": QUALITY}), "png": ("PNG", {}), "webp": ("WEBP", {"quality": QUALITY})}

    def make(data, task):
        size = (task["width"], task["height"])
        image = Image.open(io.BytesIO(data))
        if draft:
            image.draft("RGB", size)
        image = image.resize(size, Image.Resampling.LANCZOS)
        target = io.BytesIO()
        kind, settings = options[task["format"]]
        image.save(target, kind, **settings)
        return target.getvalue()

    return make


def pyvips():
    import pyvips as vips

    vips.cache_set_max(0)
    suffix = {"jpg": f".jpg[Q={QUALITY},optimize-coding]", "png": ".png", "webp": f".webp[Q={QUALITY}]"}

    def make(data, task):
        image = vips.Image.thumbnail_buffer(data, task["width"], height=task["height"], size="force")
        return image.write_to_buffer(suffix[task["format"]])

    return make


LIBRARIES = {"optidash": optidash, "pillow": pillow, "pillow-draft": lambda: pillow(draft=True), "pyvips": pyvips}
PACKAGES = {"pillow-draft": "pillow"}


def measured(make, data, task):
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    made = make(data, task)
    wall, cpu = time.perf_counter_ns() - wall, time.process_time_ns() - cpu
    if task.get("save"):
        Path(task["save"]).write_bytes(made)
    return {"wall": wall / 1e6, "cpu": cpu / 1e6, "bytes": len(made)}


def status(field):
    """Kilobytes of a line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def memory(make, data, task):
    """The memory that one call takes beside the library and the file."""
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    make(data, task)
    return {"peak": status("VmHWM") - before}


def main(name):
    make = LIBRARIES[name]()
    files = {}
    print(json.dumps({"version": version(PACKAGES.get(name, name))}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        path = task["file"]
        if path not in files:
            files[path] = Path(path).read_bytes()
        try:
            answer = (memory if task.get("memory") else measured)(make, files[path], task)
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


main(sys.argv[1])
