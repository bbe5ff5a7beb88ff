"""Named arrays in one file, memory-mapped as one: opening costs the same for a thousand rows and a thousand million.

`layout.json` says where in `arrays.bin` each array lies. One file is one descriptor, and one thing to sync.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ontology.errors import DamagedWorkspace

Arrays = Mapping[str, npt.NDArray[Any]]

_LAYOUT, _DATA = "layout.json", "arrays.bin"
#: Where arrays begin: a multiple of the widest number there is, and of a line of the processor's cache.
_STEP = 64


def save_arrays(folder: Path, arrays: Arrays) -> None:
    """Write flat arrays into a new folder."""
    folder.mkdir(parents=True)
    layout: dict[str, list[Any]] = {}
    with (folder / _DATA).open("xb") as file:
        for name, array in arrays.items():
            file.write(bytes(-file.tell() % _STEP))
            layout[name] = [array.dtype.str, file.tell(), array.size]
            file.write(np.ascontiguousarray(array).data)
        size = file.tell()
    (folder / _LAYOUT).write_text(json.dumps({"size": size, "arrays": layout}, indent=1) + "\n", "utf-8")


def open_arrays(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a folder, mapped read-only; raises DamagedWorkspace when they are not as they were written.

    The file stays mapped as long as one of the arrays is held.
    """
    try:
        said = json.loads((folder / _LAYOUT).read_text("utf-8"))
        size = (folder / _DATA).stat().st_size
        if size != said["size"]:
            raise ValueError(f"{_DATA}: {size} bytes, not {said['size']}")
        # Nothing cannot be mapped; and a plain array is sliced faster than numpy's class of maps.
        data = np.asarray(np.memmap(folder / _DATA, np.uint8, "r")) if size else np.empty(0, np.uint8)
        arrays = {}
        for name, (dtype, begin, count) in said["arrays"].items():
            arrays[name] = data[begin : begin + count * np.dtype(dtype).itemsize].view(dtype)
            if len(arrays[name]) != count:
                raise ValueError(f"{name}: {len(arrays[name])} numbers, not {count}")
        return arrays
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedWorkspace("derived-unreadable", path=str(folder), said=str(error)) from error
