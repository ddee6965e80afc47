"""How near an exported graph is to transformers on the same checkpoint: cosines on fixed texts of several lengths, alone and in one batch."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
import transformers
from tokenizers import Tokenizer

PARAGRAPHS = [
    "The lease ends on the last day of December; the kitchen and the garden are part of it.",
    "Der Jahresbericht liegt der Buchhaltung seit dem 3. März vor, die Übersicht fehlt noch.",
    "会议改到周三下午三点，预算表请提前发给大家。",
    "東京の会議室は予約済みです。資料は前日までに共有してください。",
    "Договор аренды подписан вчера, копия лежит в папке с отчётами.",
    "تقرير الميزانية السنوية جاهز للمراجعة قبل نهاية الأسبوع.",
    "वार्षिक रिपोर्ट की प्रति सोमवार तक भेज दी जाएगी।",
    "def area(width: float, height: float) -> float:\n    return width * height",
]
# Tokens with the end token; the shortest is one token and the end.
LENGTHS = [2, 16, 64, 128, 511, 2048]
INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query"
QUERIES = ["when does the lease end?", "会议什么时候开始", "how large is a rectangle"]


def texts(longest: int) -> list[tuple[str, str, int]]:
    """Name, text, and tokens it is cut to."""
    numbered = "\n".join(f"{number}. {PARAGRAPHS[number % len(PARAGRAPHS)]}" for number in range(longest // 8))
    found = [(f"{length} tokens", "lease" if length == 2 else numbered, length) for length in LENGTHS if length <= longest]
    found += [(f"paragraph {number}", paragraph, longest) for number, paragraph in enumerate(PARAGRAPHS, 1)]
    return found + [(f"query {number}", f"Instruct: {INSTRUCTION}\nQuery:{query}", longest) for number, query in enumerate(QUERIES, 1)]


def token_rows(folder: Path, longest: int) -> list[tuple[str, list[int]]]:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = []
    for name, text, most in texts(longest):
        tokenizer.enable_truncation(most)
        rows.append((name, tokenizer.encode(text).ids))
    return rows


def reference_vectors(checkpoint: Path, rows: list[tuple[str, list[int]]]) -> np.ndarray:
    """transformers in float32, one text at a time: no padding that could be wrong."""
    model = transformers.AutoModel.from_pretrained(checkpoint, dtype=torch.float32).eval()
    vectors = []
    with torch.no_grad():
        for _, ids in rows:
            hidden = model(input_ids=torch.tensor([ids])).last_hidden_state[0, -1]
            vectors.append(torch.nn.functional.normalize(hidden, dim=0).numpy())
    return np.stack(vectors)


def run_rows(session: onnxruntime.InferenceSession, rows: list[list[int]], pad: int) -> np.ndarray:
    length = max(map(len, rows))
    ids = np.array([row + [pad] * (length - len(row)) for row in rows], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (length - len(row)) for row in rows], dtype=np.int64)
    return session.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": mask})[0]


def report(graph: Path, rows: list[tuple[str, list[int]]], reference: np.ndarray, pad: int) -> dict:
    """`cosine`: against the reference, each text alone. `batch`: the same text among others, padded, against itself alone."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    alone = np.concatenate([run_rows(session, [ids], pad) for _, ids in rows])
    # Longer texts would make every row of the batch as long as themselves.
    short = [place for place, (_, ids) in enumerate(rows) if len(ids) <= 128]
    batched = run_rows(session, [rows[place][1] for place in short], pad)
    cosines = (alone * reference).sum(1)
    in_batch = (batched * alone[short]).sum(1)
    return {
        "lowestCosine": round(float(cosines.min()), 7),
        "lowestBatchCosine": round(float(in_batch.min()), 7),
        "furthestFromUnitLength": float(np.abs(np.linalg.norm(alone, axis=1) - 1).max()),
        "texts": [{"name": name, "tokens": len(ids), "cosine": round(float(cosine), 7)} for (name, ids), cosine in zip(rows, cosines)],
        "versions": {"onnxruntime": onnxruntime.__version__, "transformers": transformers.__version__, "torch": torch.__version__},
    }
