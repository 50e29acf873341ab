"""How golden cases are stored, whatever computed them: the bytes are the same in each run, and on each Python from 3.7.

All arrays of a dtype lie in one flat buffer, each distinct array once. In the index, an array is `[dtype, offset,
shape]`, a tuple is `["tuple", ...]`, a list of arrays is a list of those, and any other argument stands as itself.
xentedu.golden.unpacked reads it.
"""

import collections
import io
import json
import os
import platform
import zipfile

import numpy as np

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir, "xentedu", "golden")
GOLDEN = os.path.normpath(GOLDEN)
DATE = "2026-11-24"  # a constant, not today's date, so that two runs write the same bytes
FLOATS = ("float32", "float64")


class Archive:
    """Cases, and the buffers of their arrays."""

    def __init__(self):
        self.cases = []
        self.buffers = collections.OrderedDict((dtype, []) for dtype in (*FLOATS, "int32", "int64"))
        self.sizes = collections.Counter()
        self.places = {}

    def pack(self, item):
        """What stands for an argument or a result in the index."""
        if isinstance(item, tuple):
            return ["tuple"] + [self.pack(i) for i in item]
        if isinstance(item, list):
            return [self.pack(i) for i in item]
        if not isinstance(item, (np.ndarray, np.generic)):
            return item
        # NaN and infinity are nothing to reproduce: the library raises an error on what leads there.
        assert np.isfinite(item).all(), "a case gave a value that is not finite"
        return self.stored(item)

    def stored(self, array):
        """Store an array, unless it is there already, and return its address."""
        array = np.asarray(array)
        dtype, content = array.dtype.name, array.tobytes()
        if (dtype, content) not in self.places:
            self.places[dtype, content] = self.sizes[dtype]
            self.buffers.setdefault(dtype, []).append(array.ravel())
            self.sizes[dtype] += array.size
        return [dtype, self.places[dtype, content], list(array.shape)]

    def write(self, path, **versions):
        """Write the file; `versions` are those of what computed the cases."""
        names = [(case["function"], case["id"]) for case in self.cases]
        assert len(set(names)) == len(names), "two cases of one function share an id"
        about = {"numpy": np.__version__, "python": platform.python_version(), "date": DATE, "cases": self.cases}
        text = json.dumps(dict(about, **versions), sort_keys=True, separators=(",", ":"))
        entries = collections.OrderedDict(index=np.frombuffer(text.encode("ascii"), np.uint8))
        entries.update((dtype, np.concatenate(pieces)) for dtype, pieces in self.buffers.items() if pieces)
        # np.savez stamps each entry with the time of writing, so the zip is written here.
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in entries.items():
                raw = io.BytesIO()
                np.lib.format.write_array(raw, array, allow_pickle=False)
                entry = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, raw.getvalue(), compresslevel=9)
