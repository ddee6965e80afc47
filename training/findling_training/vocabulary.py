"""Which pieces the vocabulary has: whole words first, as many per language as its writers earn it, then parts for all other words.

sentencepiece's own training (Unigram) is used for the parts alone. It measures how well a text is compressed, and so leaves out whole
words that two frequent parts spell; for a bag of words "heu" + "te" is a poor "heute". Words are ranked by how often they stand in the
training split, everyday sources before names. Scripts without spaces get the words of the dictionaries, ranked by how often
they stand inside longer runs.
"""

import heapq
import io
import math
from pathlib import Path

import numpy as np
import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as proto

from .corpus import load_source, load_words, source_names
from .languages import FIRST_UNSPACED, MOST_WRITTEN, RUN_BUDGETS, UNSPACED, script_of
from .sampling import trained
from .sources import settings_of
from .tokens import PAD, UNKNOWN, tokenizer_json

NORMALISATION = 'nmt_nfkc_cf'
MARK = '\u2581'
LONGEST_PIECE = 20
# Parts of words among the pieces, single characters included.
PARTS = 48_000

# Whole words per language. They are shares: all are scaled alike until the vocabulary is full, and many words are in several languages.
ENGLISH_WORDS, MOST_WRITTEN_WORDS, OTHER_WORDS, FEW_WORDS = 16_000, 2_400, 450, 60
# Fewer different words than this are a list of names, or one declaration.
ENOUGH_WORDS = 3_000
# Of a language without spaces most "words" are whole sentences.
UNSPACED_SHARE = 1 / 8
# A language counts by this power of its words in the scores, where a piece of one is weighed against a piece of another.
LANGUAGE_POWER = 0.45
MOST_WRITTEN_BOOST, ENGLISH_BOOST = 4.0, 12.0
# Every piece of a cut costs this on top of its rareness: few pieces win over likely ones, and a whole word over its parts.
PIECE_COST = 7.0
# Least share of a weight, so that a logarithm exists.
LEAST = 1e-9

# For the parts: words given to sentencepiece, the heaviest first, and its candidates.
MOST_WORDS = 1_500_000
CANDIDATE_WORDS = 700_000
CANDIDATES = 1_000_000
LONGEST_SUBSTRING = 10
# Of runs longer than this (scripts without spaces) only short substrings are words.
LONG_RUN, LONGEST_SUBSTRING_OF_RUN = 16, 6
# Counts are scaled so that they sum up to this: whole numbers are wanted.
TOTAL_COUNT = 1_000_000_000

Weights = dict[str, tuple[np.ndarray, np.ndarray]]


def count_words(corpus: Path) -> Weights:
    """Per language, its words (by number) in the training split and their weights."""
    counted: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for name in source_names(corpus):
        source = load_source(corpus, name)
        weight = settings_of(name).vocabulary_weight
        english = trained(source.b_hash)
        _count(counted, 'en', source.b_words[np.repeat(english, np.diff(source.b_off))], weight)
        usable = english[source.b_id]
        lengths = np.diff(source.a_off)
        for number, language in enumerate(source.languages):
            _count(counted, language, source.a_words[np.repeat(usable & (source.lang == number), lengths)], weight)
    return {language: _merged(parts) for language, parts in counted.items()}


def _count(into: dict, language: str, words: np.ndarray, weight: float) -> None:
    found, counts = np.unique(words, return_counts=True)
    if len(found) > 0:
        into.setdefault(language, []).append((found, counts * weight))


def _merged(parts: list) -> tuple[np.ndarray, np.ndarray]:
    found, inverse = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    return found, np.bincount(inverse, np.concatenate([part[1] for part in parts]))


def share_of(language: str, amount: float) -> float:
    boost = ENGLISH_BOOST if language == 'en' else MOST_WRITTEN_BOOST if language in MOST_WRITTEN or language.startswith('code-') else 1.0
    return boost * amount ** LANGUAGE_POWER


def budget_of(language: str, different: int) -> float:
    """Whole words that a language with so many different words may have."""
    if language == 'en':
        return ENGLISH_WORDS
    words = MOST_WRITTEN_WORDS if language in MOST_WRITTEN else OTHER_WORDS if different >= ENOUGH_WORDS else FEW_WORDS
    return words * (UNSPACED_SHARE if language in UNSPACED else 1)


class Choice:
    """Pieces with how early they are taken (their rank in a language over its budget) and how heavy they are."""

    def __init__(self) -> None:
        self.turn: dict[str, float] = {}
        self.weight: dict[str, float] = {}

    def add(self, piece: str, turn: float, weight: float) -> None:
        self.turn[piece] = min(self.turn.get(piece, math.inf), turn)
        self.weight[piece] = self.weight.get(piece, 0.0) + weight


def choose_words(weights: Weights, normal: list[str]) -> Choice:
    choice = Choice()
    for language, (numbers, counts) in weights.items():
        budget = budget_of(language, len(numbers))
        unit = share_of(language, counts.sum()) / counts.sum()
        for rank, place in enumerate(np.argsort(-counts, kind='stable')[:round(3 * budget)]):
            for word in normal[numbers[place]].split():
                if len(word) < LONGEST_PIECE:
                    choice.add(MARK + word, rank / budget, float(counts[place]) * unit)
    by_script: dict[str, list[tuple[float, str]]] = {}
    for run, weight in run_words(weights, normal).items():
        by_script.setdefault(script_of(run), []).append((weight, run))
    for script, budget in RUN_BUDGETS.items():
        for rank, (weight, run) in enumerate(heapq.nlargest(3 * budget, by_script.get(script, []))):
            choice.add(run, rank / budget, weight)
    return choice


def run_words(weights: Weights, normal: list[str]) -> dict[str, float]:
    """Words inside runs of scripts without spaces: what a dictionary or a short text has as a whole, weighed by where it stands in longer runs."""
    out: dict[str, float] = {}
    for language, longest in UNSPACED.items():
        if language not in weights:
            continue
        numbers, counts = weights[language]
        runs = [(normal[number], float(count)) for number, count in zip(numbers, counts)]
        known = {run for run, _ in runs if 2 <= len(run) <= longest and ord(run[0]) >= FIRST_UNSPACED}
        found: dict[str, float] = {}
        for run, count in runs:
            for start in range(len(run)):
                for end in range(start + 2, min(len(run), start + longest) + 1):
                    piece = run[start:end]
                    if piece in known:
                        found[piece] = found.get(piece, 0) + count
        total = sum(found.values())
        for piece, count in found.items():
            out[piece] = out.get(piece, 0) + count * share_of(language, counts.sum()) / total
    return out


def candidates(words: list[str], counts: list[int]) -> dict[str, int]:
    """Whole words and substrings with how often they stand in the text; `words` are normalised, the heaviest first.

    sentencepiece would look for substrings that many different words share, whatever their counts.
    """
    found: dict[str, int] = {}
    for word, count in zip(words, counts):
        marked = MARK + word
        size = len(marked)
        longest = LONGEST_SUBSTRING_OF_RUN if size > LONG_RUN else LONGEST_SUBSTRING
        for start in range(size):
            for end in range(start + 1, min(size, start + longest) + 1):
                piece = marked[start:end]
                found[piece] = found.get(piece, 0) + count
        if longest < size <= LONGEST_PIECE:
            found[marked] = found.get(marked, 0) + count
    return found


def train_parts(weights: Weights, normal: list[str], out: Path, pieces: int, threads: int) -> None:
    """Writes `out`, a sentencepiece model."""
    heavy = np.zeros(len(normal))
    for language, (numbers, counts) in weights.items():
        heavy[numbers] += counts * (share_of(language, counts.sum()) / counts.sum())
    scale = TOTAL_COUNT / heavy.sum()
    merged: dict[str, int] = {}
    for number in np.argsort(-heavy)[:min(MOST_WORDS, int((heavy > 0).sum()))]:
        for word in normal[number].split():
            merged[word] = merged.get(word, 0) + max(1, round(heavy[number] * scale))
    ordered = sorted(merged.items(), key=lambda item: -item[1])
    found = candidates([word for word, _ in ordered[:CANDIDATE_WORDS]], [count for _, count in ordered[:CANDIDATE_WORDS]])
    best = heapq.nlargest(CANDIDATES, found.items(), key=lambda item: item[1] * len(item[0]))
    table, seeds = out.with_suffix('.tsv'), out.with_suffix('.seeds')
    table.write_text(''.join(f'{word}\t{count}\n' for word, count in ordered), encoding='utf-8')
    seeds.write_text(''.join(f'{piece}\t{count}\n' for piece, count in best), encoding='utf-8')
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        input=str(table), input_format='tsv', model_writer=model, model_type='unigram', vocab_size=pieces, seed_sentencepieces_file=str(seeds),
        normalization_rule_name=NORMALISATION, byte_fallback=True, character_coverage=0.99995, max_sentencepiece_length=LONGEST_PIECE,
        num_threads=threads, max_sentence_length=4096, unk_id=UNKNOWN, pad_id=PAD, bos_id=-1, eos_id=-1, minloglevel=1, hard_vocab_limit=False,
    )
    out.write_bytes(model.getvalue())
    table.unlink()
    seeds.unlink()


def choose_pieces(choice: Choice, parts: list[tuple[str, float]], size: int, most_parts: int = PARTS) -> list[tuple[str, float]]:
    """`size` pieces with their scores, the likeliest first. `parts`: with log-probabilities, single characters among them."""
    chosen = dict(sorted(parts, key=lambda part: (len(part[0]) > 1, -part[1]))[:min(most_parts, size)])
    total = sum(choice.weight.values())
    for piece in sorted(choice.turn, key=lambda piece: (choice.turn[piece], piece)):
        if len(chosen) >= size:
            break
        chosen[piece] = max(chosen.get(piece, -math.inf), math.log(max(choice.weight[piece] / total, LEAST)))
    return [(piece, score - PIECE_COST) for piece, score in sorted(chosen.items(), key=lambda item: -item[1])]


def build_tokenizer(corpus: Path, out: Path, size: int, threads: int, parts: int = PARTS) -> None:
    """Writes `out`, a tokenizer.json of `size` pieces."""
    normaliser = spm.SentencePieceNormalizer(rule_name=NORMALISATION, add_dummy_prefix=False, escape_whitespaces=False)
    normal = [normaliser.normalize(word) for word in load_words(corpus)]
    weights = count_words(corpus)
    model_file = out.with_suffix('.parts')
    if not model_file.exists():
        train_parts(weights, normal, model_file, parts * 2, threads)
    model = proto.ModelProto.FromString(model_file.read_bytes())
    normal_kind = proto.ModelProto.SentencePiece.NORMAL
    fixed = [piece.piece for piece in model.pieces if piece.type != normal_kind]
    likely = [(piece.piece, piece.score) for piece in model.pieces if piece.type == normal_kind]
    pieces = choose_pieces(choose_words(weights, normal), likely, size - len(fixed), parts)
    out.write_text(tokenizer_json(fixed, pieces, model.normalizer_spec.precompiled_charsmap), encoding='utf-8')
