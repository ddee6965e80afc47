/** The one short sentence the page says after an action, shown and read aloud, until it is dismissed or replaced. */

export interface NoticeState {
  readonly text: string | null;
  readonly tone: 'good' | 'bad';
  /** Grows with every sentence, so that the same one said twice is two. */
  readonly serial: number;
}

export type NoticeAction =
  | { readonly type: 'said'; readonly text: string; readonly tone: 'good' | 'bad' }
  | { readonly type: 'dismissed'; readonly serial: number };

export const INITIAL_NOTICE: NoticeState = { text: null, tone: 'good', serial: 0 };

export function reduceNotice(state: NoticeState, action: NoticeAction): NoticeState {
  if (action.type === 'said') return { text: action.text, tone: action.tone, serial: state.serial + 1 };
  return action.serial === state.serial && state.text !== null ? { ...state, text: null } : state;
}
