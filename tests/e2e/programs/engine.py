"""12 MP in, 100x75 out, in this process."""

import json
import sys
from pathlib import Path

import optidash

photograph = Path(sys.argv[1]).read_bytes()
large = optidash.transform(photograph, {"resize": {"width": 4000, "height": 3000, "mode": "exact"}})
small = optidash.transform(large.data, {"resize": {"width": 100, "height": 75}})
print(json.dumps([{key: image[key] for key in ("format", "width", "height")} for image in (small.input, small.output)]))
