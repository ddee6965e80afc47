/** Lone surrogates become U+FFFD: they cannot be stored as UTF-8, and offsets must be the same before and after storing. */

declare global {
  interface String {
    /** ES2024; in every Node this runs on, but not in the library level that the project compiles against. */
    toWellFormed(): string;
  }
}

export function wellFormed(text: string): string {
  return text.toWellFormed();
}
