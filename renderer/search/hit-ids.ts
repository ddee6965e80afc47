/** Ids of the list and its rows: the search box names the active row by them. */

export const HIT_LIST_ID = 'hits';
export const hitElementId = (fileId: number): string => `hit-${fileId}`;
