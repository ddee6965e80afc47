/** Every bound on what extraction reads and gives, with its reason. Bounds on time and memory are the pool's (extract-pool.ts). */

const MIB = 1024 * 1024;

/**
 * Characters of text kept of one file; the rest is cut and marked `truncated`. The longest books are 5 million; what is longer is logs and
 * dumps, of which 20,000 passages are enough to be found by. Twice this would double the engine's memory while such a file passes through.
 */
export const MAX_TEXT_CHARACTERS = 16 * MIB;
/** Bytes read of a plain text file: enough for the characters above in every encoding that is common for large files. */
export const MAX_TEXT_BYTES = 32 * MIB;
/** A file that must be held whole in memory to be read (PDF, docx, notebooks) is refused above this. */
export const MAX_PARSED_BYTES = 256 * MIB;
/** Bytes looked at to tell what a file is. */
export const HEAD_BYTES = 64 * 1024;

/** What one part of an archive may inflate to, really, not as declared; XML becomes a tree of about 20 times its size. */
export const MAX_PART_BYTES = 48 * MIB;
/** What all parts that are read may inflate to together. */
export const MAX_INFLATED_BYTES = 128 * MIB;
/** Entries of one archive that are listed at all. */
export const MAX_ARCHIVE_ENTRIES = 20_000;

/** Pages of one PDF; more are cut as `truncated`. The longest real ones (law codes, part catalogues) have about 10,000. */
export const MAX_PDF_PAGES = 20_000;

/** Source files above this are cut as plain text: by experience generated, and their syntax tree costs 10 to 20 times their size. */
export const MAX_PARSED_CODE_CHARACTERS = MIB / 2;
/** Source with longer lines than this on average is minified: it has no definitions that a person would know. */
export const MINIFIED_LINE_CHARACTERS = 400;
/** A syntax tree that takes longer than this is given up; the file is cut as plain text. */
export const MAX_PARSE_MS = 3_000;
