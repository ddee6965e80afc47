/** What the command line ends with, as grep and fd do. Decided by commands, used in one place (main.ts). */

export const EXIT_FOUND = 0;
export const EXIT_NOTHING_FOUND = 1;
export const EXIT_ERROR = 2;
/** 128 + SIGINT, as shells expect. */
export const EXIT_INTERRUPTED = 130;
