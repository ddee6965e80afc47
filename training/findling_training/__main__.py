"""From pair files to the shipped folder:

    python -m findling_training --data DIR [--data DIR] --work DIR --out DIR

Each step keeps its result in the work folder and is skipped when that is there, so a run that was broken off goes on where it was;
training itself goes on from its last checkpoint. Delete a result to make it again.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch

from .corpus import build_corpus
from .export import export
from .settings import CHOSEN_PIECES, Settings
from .tokens import cut_corpus, load_tokens
from .training import train
from .vocabulary import PARTS, build_tokenizer


def run(data: list[Path], work: Path, out: Path, settings: Settings, pieces: int, parts: int, threads: int, identity: str, given_tokenizer: Path | None = None) -> None:
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(threads)
    print('reading the pairs', flush=True)
    build_corpus(data, work / 'corpus', threads)
    tokenizer = work / 'tokenizer.json'
    if given_tokenizer is not None and not tokenizer.exists():
        shutil.copyfile(given_tokenizer, tokenizer)
    if not tokenizer.exists():
        print('choosing the vocabulary', flush=True)
        build_tokenizer(work / 'corpus', tokenizer, pieces, threads, parts)
    print('cutting the pairs', flush=True)
    cut_corpus(work / 'corpus', tokenizer, work / 'tokens')
    rows_file = work / 'rows.pt'
    if not rows_file.exists():
        print(f'training; see {work / "log.jsonl"}', flush=True)
        rows = train(load_tokens(work / 'tokens'), pieces_of(tokenizer), settings, work / 'log.jsonl', work / 'checkpoint.pt')
        torch.save(rows, rows_file)
    print(f'writing {out}', flush=True)
    export(torch.load(rows_file), settings.bits, tokenizer, out, identity)


def pieces_of(tokenizer: Path) -> int:
    return len(json.loads(tokenizer.read_text(encoding='utf-8'))['model']['vocab'])


def main() -> None:
    parser = argparse.ArgumentParser(prog='python -m findling_training', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, action='append', required=True, help='folder of SOURCE.tsv.xz files; may be given more than once')
    parser.add_argument('--work', type=Path, required=True, help='folder for what is kept between runs: about 4 GB')
    parser.add_argument('--out', type=Path, required=True, help='the model folder')
    parser.add_argument('--tokenizer', type=Path, help='a tokenizer.json to train for, instead of choosing a vocabulary; the shipped model was trained for the one in its folder')
    parser.add_argument('--minutes', type=float, help='of training; the shipped model had 72')
    parser.add_argument('--steps', type=int, help='instead of minutes: the same on any machine')
    parser.add_argument('--pieces', type=int, default=CHOSEN_PIECES)
    parser.add_argument('--parts', type=int, default=PARTS)
    parser.add_argument('--dimension', type=int)
    parser.add_argument('--seed', type=int)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--id', default='findling-static-multilingual-v3')
    given = parser.parse_args()
    chosen = {name: getattr(given, name) for name in ('minutes', 'steps', 'dimension', 'seed') if getattr(given, name) is not None}
    run(given.data, given.work, given.out, Settings(**chosen), given.pieces, given.parts, given.threads, given.id, given.tokenizer)


if __name__ == '__main__':
    main()
