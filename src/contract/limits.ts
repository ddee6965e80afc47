/** Limits that hosts show before they send (the rest are in validate.ts, which a page need not carry along). */

/** Model instructions are one or two sentences. */
export const MAX_INSTRUCTION_CHARACTERS = 2_000;
