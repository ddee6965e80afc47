/** Where the built-in model's training data come from. The data themselves are not in this repository and not in the model's files. */

export interface DataSource {
  readonly source: string;
  readonly what: string;
  readonly licence: string;
  readonly attribution: string;
}

export const MODEL_DATA: readonly DataSource[] = [
  { source: 'open-dict-data/wikidict-*', what: 'Wikipedia titles joined through Wikidata', licence: 'CC0-1.0', attribution: 'Wikipedia and Wikidata contributors' },
  { source: 'omwn/omw-data, globalwordnet/cili, globalwordnet/english-wordnet', what: 'wordnet lemmas and glosses', licence: 'open, per wordnet; the part derived from Wiktionary CC-BY-SA', attribution: 'the authors of each wordnet of the Open Multilingual Wordnet; Wiktionary contributors' },
  { source: 'open-dsl-dict/wiktionary-dict', what: 'translations with sense gloss', licence: 'CC-BY-SA-3.0', attribution: 'Wiktionary contributors' },
  { source: 'interface texts of applications under permissive licences', what: 'phrases and their translations', licence: 'Apache-2.0, ISC, MPL-2.0', attribution: 'the contributors and translators of those applications' },
  { source: 'unicode-org/cldr-json', what: 'emoji keywords, names of languages, places and units', licence: 'Unicode-3.0', attribution: 'Unicode, Inc.' },
  { source: 'google-research/url-nlp (GATITOS)', what: 'words and phrases in 170 languages', licence: 'CC-BY-4.0', attribution: 'Google Research' },
  { source: 'globalwordnet/english-wordnet', what: 'lemmas, glosses, synonyms, examples', licence: 'CC-BY-4.0', attribution: 'the English WordNet team' },
  { source: 'python-docs-* translations', what: 'paragraphs of technical documentation', licence: 'CC0-1.0 (translations)', attribution: 'the translators of the Python documentation' },
  { source: 'openlanguagedata/seed', what: 'Wikipedia sentences in 41 languages', licence: 'CC-BY-SA-4.0', attribution: 'the Open Language Data Initiative and Wikipedia contributors' },
  { source: 'tldr-pages/tldr', what: 'descriptions of commands', licence: 'CC-BY-4.0', attribution: 'the tldr-pages team and contributors' },
  { source: 'GNOME/gnome-user-docs', what: 'paragraphs of desktop help', licence: 'CC-BY-3.0', attribution: 'the GNOME Documentation Project and its translators' },
  { source: 'eric-muller/udhr', what: 'Universal Declaration of Human Rights', licence: 'text of the United Nations', attribution: 'United Nations; collected by Eric Muller' },
  { source: 'packages of the public registries (training/code_pairs/packages.tsv)', what: 'functions and the first sentences of their documentation', licence: 'MIT, BSD, Apache-2.0, ISC, per package', attribution: 'the authors of those packages' },
  { source: 'global-asp/asp-source', what: 'children\'s stories (African Storybook)', licence: 'CC-BY', attribution: 'the authors and translators of the African Storybook' },
];
