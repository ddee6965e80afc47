"""A model folder (model.json, tokenizer.json, model.onnx) as the product runs it, in Python.

That the ids are those of the product's own tokenizer is tested elsewhere (tests/integration/embed-tokenizer.test.ts).
"""

import json
import re
import sys
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from findling_training.words import split_identifiers

# Padded tokens of one run of the graph.
TOKENS_PER_RUN = 8_192

Vectors = NDArray[np.float32]


class ModelFolder:
    """Errors: those of reading the files; ValueError for a kind of model that is not measured here."""

    def __init__(self, folder: Path, dimension: int | None = None) -> None:
        description = json.loads((folder / 'model.json').read_text(encoding='utf-8'))
        if description['pooling'] != 'in-graph':
            raise ValueError('only models that pool in their graph are measured here')
        self.id: str = description['id']
        self.dimension: int = dimension or description['dimension']
        self.folder = folder
        self._words_alone = description.get('input') == 'words'
        self._pad: int = description['padTokenId']
        self._longest: int = description.get('maxTokens', 1024)
        prompts = description.get('prompts', {})
        self._prompts = {'query': prompts.get('query', '{text}'), 'document': prompts.get('document', '{text}')}
        files = description['files']
        self._tokenizer = Tokenizer.from_file(str(folder / _path_of(files['tokenizer'])))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / _path_of(files['model'])), options, providers=['CPUExecutionProvider'])

    @property
    def bytes(self) -> int:
        return sum(file.stat().st_size for file in self.folder.iterdir() if file.suffix in ('.onnx', '.json'))

    def embed(self, texts: list[str], role: str = 'document') -> Vectors:
        """One unit row per text, in its order; a text without tokens has a row of zeros. `role`: query or document."""
        prompted = [self._prompts[role].replace('{text}', text) for text in texts]
        inputs = [_words_of(text) for text in prompted] if self._words_alone else prompted
        ids = [encoding.ids[:self._longest] for encoding in self._tokenizer.encode_batch(inputs, add_special_tokens=False)]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches([len(row) for row in ids]):
            longest = max(len(ids[index]) for index in batch)
            rows = np.full((len(batch), longest), self._pad, dtype=np.int64)
            mask = np.zeros((len(batch), longest), dtype=np.int64)
            for row, index in enumerate(batch):
                rows[row, :len(ids[index])] = ids[index]
                mask[row, :len(ids[index])] = 1
            output = self._session.run(None, {'input_ids': rows, 'attention_mask': mask})[0]
            vectors[batch] = output[:, :self.dimension]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)


def _path_of(file: str | dict[str, str]) -> str:
    return file if isinstance(file, str) else file['path']


def _batches(lengths: list[int]) -> list[list[int]]:
    """Rows of like length together; rows without tokens in none."""
    batches: list[list[int]] = []
    for index in sorted((index for index, length in enumerate(lengths) if length > 0), key=lambda index: -lengths[index]):
        if not batches or (len(batches[-1]) + 1) * lengths[batches[-1][0]] > TOKENS_PER_RUN:
            batches.append([])
        batches[-1].append(index)
    return batches


def _words_of(text: str) -> str:
    """As `inputText` in src/embed/model-description.ts: identifiers split, and everything but letters, their marks and white space a space."""
    return _not_words().sub(' ', split_identifiers(text))


@cache
def _not_words() -> re.Pattern[str]:
    ranges: list[str] = []
    start: int | None = None
    for code in range(sys.maxunicode + 2):
        character = chr(code) if code <= sys.maxunicode else 'a'
        kept = unicodedata.category(character)[0] in 'LM' or character.isspace() or character == '\ufeff'
        if not kept and start is None:
            start = code
        if kept and start is not None:
            ranges.append(f'\\U{start:08x}-\\U{code - 1:08x}')
            start = None
    return re.compile(f'[{"".join(ranges)}]+')
