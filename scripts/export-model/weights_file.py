"""The weights beside a graph: written one after the other, hashed on the way, each at a multiple of a page so that the file can be mapped."""

import hashlib
from pathlib import Path

import numpy as np
from onnx import TensorProto

PAGE = 4096


class WeightsFile:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        self._length = 0

    def __enter__(self) -> "WeightsFile":
        return self

    def __exit__(self, *error) -> None:
        self._file.close()

    def add(self, name: str, values: np.ndarray) -> TensorProto:
        """An initializer that refers to the file."""
        types = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.float16): TensorProto.FLOAT16}
        self._write(bytes(-self._length % PAGE))
        offset = self._length
        self._write(np.ascontiguousarray(values).data)
        tensor = TensorProto(name=name, data_type=types[values.dtype], dims=values.shape, data_location=TensorProto.EXTERNAL)
        for key, value in {"location": self.path.name, "offset": offset, "length": values.nbytes}.items():
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        return tensor

    def entry(self) -> dict:
        """The file as model.json names it, once all weights are added."""
        return {"path": self.path.name, "bytes": self._length, "sha256": self._hash.hexdigest()}

    def _write(self, data) -> None:
        self._file.write(data)
        self._hash.update(data)
        self._length += memoryview(data).nbytes
