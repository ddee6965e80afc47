"""The questions that are put to a model: each a list of queries, a list of documents, and which document is right. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from findling_training.split import TEST, english_hash

from .distort import in_capitals, longest_word, mixed, with_typos, without_endings, without_marks
from .held_out import HeldOut, Pair, is_explanation, is_paragraph, is_sentence, is_word
from .passages import Passage

# Documents among which the right one must be found.
CANDIDATES = 1_000
# Paragraphs among which a question must find its own.
PARAGRAPHS = 240
# A language with fewer queries of a kind is not measured: one in thirty is three points.
FEWEST_QUERIES = 30
# By number of speakers, first and second language together; the languages most people have.
THIRTY_LARGEST = ('en', 'zh', 'hi', 'es', 'ar', 'fr', 'bn', 'pt', 'ru', 'ur', 'id', 'de', 'ja', 'mr', 'te', 'tr', 'ta', 'vi', 'ko', 'fa',
                  'it', 'th', 'gu', 'kn', 'pl', 'uk', 'ml', 'my', 'nl', 'ro', 'sw')


@dataclass(frozen=True)
class Task:
    # Path in the scores: set, language, measure.
    place: tuple[str, str, str]
    queries: list[str]
    documents: list[str]
    right: list[int]


def translation_tasks(held_out: HeldOut, name: str, belongs: Callable[[Pair], bool]) -> list[Task]:
    """Both directions between English and each language, among 1,000."""
    tasks: list[Task] = []
    for language, pairs in sorted(held_out.pairs.items()):
        chosen, beside = _unambiguous([pair for pair in pairs if belongs(pair)], [pair for pair in held_out.distractors[language] if belongs(pair)])
        if language == 'en' or len(chosen) < FEWEST_QUERIES:
            continue
        right = list(range(len(chosen)))
        texts = [pair.text for pair in chosen]
        english = [pair.english for pair in chosen]
        tasks.append(Task((name, language, 'toEnglish'), texts, english + [pair.english for pair in beside], right))
        tasks.append(Task((name, language, 'fromEnglish'), english, texts + [pair.text for pair in beside], right))
    return tasks


def _unambiguous(own: list[Pair], others: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """At most 1,000 together, no text twice on either side: a second right answer would count as wrong."""
    texts: set[str] = set()
    english: set[str] = set()

    def new(pairs: list[Pair], most: int) -> list[Pair]:
        kept: list[Pair] = []
        for pair in pairs:
            text, meaning = pair.text.casefold(), pair.english.casefold()
            if len(kept) == most:
                break
            if text not in texts and meaning not in english and text != meaning:
                texts.add(text)
                english.add(meaning)
                kept.append(pair)
        return kept

    chosen = new(own, CANDIDATES)
    return chosen, new(others, CANDIDATES - len(chosen))


def spoiled_tasks(held_out: HeldOut) -> list[Task]:
    """Sentences of the largest languages, spoiled, against their English."""
    tasks: list[Task] = []
    for language in THIRTY_LARGEST:
        own = [pair for pair in held_out.pairs.get(language, []) if is_sentence(pair)]
        chosen, beside = _unambiguous(own, [pair for pair in held_out.distractors.get(language, []) if is_sentence(pair)])
        if len(chosen) < FEWEST_QUERIES:
            continue
        documents = [pair.english for pair in (*chosen, *beside)]
        right = list(range(len(chosen)))
        variants = {'clean': [pair.text for pair in chosen]}
        if any(pair.text.upper() != pair.text.lower() for pair in chosen[:10]):
            variants['capitals'] = [in_capitals(pair.text) for pair in chosen]
            variants['withoutMarks'] = [without_marks(pair.text) for pair in chosen]
            variants['withoutEndings'] = [without_endings(pair.text) for pair in chosen]
        variants['typos'] = [with_typos(pair.text) for pair in chosen]
        if language != 'en':
            variants['mixed'] = [mixed(pair.text, pair.english) for pair in chosen]
            # What the English word finds by itself: the mixture must beat it.
            variants['englishWordAlone'] = [longest_word(pair.english) for pair in chosen]
        tasks += [Task(('spoiled', language, variant), queries, documents, right) for variant, queries in variants.items()]
    return tasks


def explanation_tasks(held_out: HeldOut) -> list[Task]:
    """A word or name of each language against the English explanation of it: short query → text in another language."""
    tasks: list[Task] = []
    for language, pairs in sorted(held_out.pairs.items()):
        chosen, beside = _unambiguous([pair for pair in pairs if is_explanation(pair)], [pair for pair in held_out.distractors[language] if is_explanation(pair)])
        if len(chosen) >= FEWEST_QUERIES:
            tasks.append(Task(('explanations', language, 'toEnglish'), [pair.text for pair in chosen], [pair.english for pair in (*chosen, *beside)], list(range(len(chosen)))))
    return tasks


def halves_tasks(held_out: HeldOut) -> list[Task]:
    """A paragraph's first sentence against its rest, in one language, among 240."""
    tasks: list[Task] = []
    languages: dict[str, list[str]] = {language: [pair.text for pair in pairs if is_paragraph(pair)] for language, pairs in held_out.pairs.items()}
    languages['en'] = list(dict.fromkeys(pair.english for pairs in held_out.pairs.values() for pair in pairs if is_paragraph(pair)))
    for language, texts in sorted(languages.items()):
        halves = [halved for halved in (_halved(text) for text in dict.fromkeys(texts)) if halved is not None][:PARAGRAPHS]
        if len(halves) >= FEWEST_QUERIES:
            tasks.append(Task(('halves', language, 'sameLanguage'), [first for first, _ in halves], [rest for _, rest in halves], list(range(len(halves)))))
    return tasks


# Characters; shorter parts say too little to be found.
SHORTEST_HALF = 15


def _halved(text: str) -> tuple[str, str] | None:
    for end in ('. ', '。', '। ', '? ', '؟ ', '۔ ', '! ', '։ ', '။ ', '។ '):
        first, _, rest = text.partition(end)
        if len(first) >= SHORTEST_HALF and len(rest) >= SHORTEST_HALF:
            return first, rest
    return None


def passage_tasks(passages: list[Passage], held_out: HeldOut) -> list[Task]:
    """Question, title and short query against the passage, among 240 paragraphs of its language; the same against the English passage."""
    english_beside = [pair.english for pairs in held_out.distractors.values() for pair in pairs if is_paragraph(pair)]
    english_beside = sorted(dict.fromkeys(english_beside))[:: max(1, len(set(english_beside)) // PARAGRAPHS)]
    english = {passage.subject: passage for passage in passages if passage.language == 'en'}
    tasks: list[Task] = []
    for language in sorted({passage.language for passage in passages}):
        own = [passage for passage in passages if passage.language == language]
        texts = list(dict.fromkeys(pair.text for pair in held_out.distractors.get(language, []) if is_paragraph(pair)))
        beside = (texts + english_beside)[:PARAGRAPHS - len(own)]
        right = list(range(len(own)))
        queries = {'question': [passage.question for passage in own], 'title': [passage.title for passage in own], 'short': [passage.short for passage in own]}
        tasks += [Task(('passages', language, kind), asked, [passage.body for passage in own] + beside, right) for kind, asked in queries.items()]
        if language != 'en':
            translated = [english[passage.subject].body for passage in own] + english_beside[:PARAGRAPHS - len(own)]
            tasks += [Task(('passages', language, f'{kind}ToEnglish'), asked, translated, right) for kind, asked in queries.items()]
    return tasks


def everyday_tasks(sentences: dict[str, list[str]], part: str) -> list[Task]:
    """`sentences[language][i]` all say the same. Lines by turns belong to the parts; the candidates are all of them."""
    english = sentences['en']
    chosen = list(range(0 if part == TEST else 1, len(english), 2))
    tasks: list[Task] = []
    for language, own in sorted(sentences.items()):
        if language != 'en':
            tasks.append(Task(('everyday', language, 'toEnglish'), [own[line] for line in chosen], english, chosen))
            tasks.append(Task(('everyday', language, 'fromEnglish'), [english[line] for line in chosen], own, chosen))
    return tasks


def code_tasks(lines: list[tuple[str, str, str]]) -> list[Task]:
    """Lines of the held-out code file, (language, code, sentence). Of each function the first view is its body, the second begins with its signature."""
    views: dict[str, dict[str, list[str]]] = {}
    for language, code, sentence in lines:
        if language.startswith('code-') and language != 'code-name':
            views.setdefault(language.removeprefix('code-'), {}).setdefault(sentence, []).append(code)
    tasks: list[Task] = []
    for language, functions in sorted(views.items()):
        # By hash, so that the first thousand come from all packages.
        complete = sorted(((sentence, codes) for sentence, codes in functions.items() if len(codes) == 2), key=lambda item: english_hash(item[0]))[:CANDIDATES]
        sentences = [sentence for sentence, _ in complete]
        right = list(range(len(complete)))
        if len(complete) >= FEWEST_QUERIES:
            tasks.append(Task(('code', language, 'body'), sentences, [codes[0] for _, codes in complete], right))
            tasks.append(Task(('code', language, 'signature'), sentences, [codes[1] for _, codes in complete], right))
    return tasks
