/**
 * What `modified:` may say, as a range of moments: `<7d`, `today`, `2024-03`, `2024-03..2024-05`, `>=2024`. Pure; `now` is given.
 * Ranges are half-open, [after, before), in the local time zone: a person who types 2024 means their own New Year.
 */

export interface MomentRange {
  /** Inclusive. */
  readonly afterMs?: number;
  /** Exclusive. */
  readonly beforeMs?: number;
}

const DAY_MS = 86_400_000;

/** Lengths of ages. Months and years are calendar steps in `ago`, not fixed lengths. */
const HOUR_MS = 3_600_000;

/** Words for recent time. `week`, `month` and `year` reach back from now: on a Monday "this week" would find nothing. */
const WORDS: Readonly<Record<string, 'today' | 'yesterday' | 'week' | 'month' | 'year'>> = {
  'today': 'today', '今天': 'today', '今日': 'today', 'heute': 'today', "aujourd'hui": 'today', 'hoy': 'today',
  'yesterday': 'yesterday', '昨天': 'yesterday', '昨日': 'yesterday', 'gestern': 'yesterday', 'hier': 'yesterday', 'ayer': 'yesterday',
  'week': 'week', 'this-week': 'week', 'lastweek': 'week', 'last-week': 'week', '本周': 'week', '一周': 'week',
  'month': 'month', 'this-month': 'month', 'last-month': 'month', '本月': 'month', '一个月': 'month',
  'year': 'year', 'this-year': 'year', 'last-year': 'year', '今年': 'year', '一年': 'year',
};

/** The range a value means, or null when it means none. */
export function parseMoments(value: string, nowMs: number): MomentRange | null {
  const text = value.toLowerCase();
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (word !== undefined) return wordRange(word, nowMs);
  const age = /^([<>]=?)?(\d{1,5})(h|d|w|m|mo|y)$/u.exec(text);
  if (age !== null) {
    const moment = ago(Number(age[2]), age[3] ?? 'd', nowMs);
    if (moment === null) return null;
    return age[1]?.startsWith('>') === true ? { beforeMs: moment } : { afterMs: moment };
  }
  const range = /^(.*?)\.\.(.*)$/u.exec(text);
  if (range !== null) {
    const from: MomentRange | null = range[1] === '' ? {} : calendarRange(range[1] ?? '');
    const to: MomentRange | null = range[2] === '' ? {} : calendarRange(range[2] ?? '');
    if (from === null || to === null || (range[1] === '' && range[2] === '')) return null;
    const ordered = (from.afterMs ?? -Infinity) <= (to.afterMs ?? Infinity);
    const [first, last] = ordered ? [from, to] : [to, from];
    return { ...(first.afterMs === undefined ? {} : { afterMs: first.afterMs }), ...(last.beforeMs === undefined ? {} : { beforeMs: last.beforeMs }) };
  }
  const compared = /^([<>]=?)(.+)$/u.exec(text);
  if (compared !== null) {
    const day = calendarRange(compared[2] ?? '');
    if (day === null) return null;
    switch (compared[1]) {
      case '<': return { beforeMs: day.afterMs };
      case '<=': return { beforeMs: day.beforeMs };
      case '>': return { afterMs: day.beforeMs };
      default: return { afterMs: day.afterMs };
    }
  }
  return calendarRange(text);
}

/** A year, month or day as [its start, the start of the next). */
function calendarRange(text: string): { readonly afterMs: number; readonly beforeMs: number } | null {
  const match = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$/u.exec(text);
  if (match === null) return null;
  const year = Number(match[1]);
  const month = match[2] === undefined ? null : Number(match[2]);
  const day = match[3] === undefined ? null : Number(match[3]);
  if (year < 1970 || (month !== null && (month < 1 || month > 12))) return null;
  const startOf = (y: number, m: number, d: number): number => new Date(y, m, d).getTime();
  if (month === null) return { afterMs: startOf(year, 0, 1), beforeMs: startOf(year + 1, 0, 1) };
  if (day === null) return { afterMs: startOf(year, month - 1, 1), beforeMs: startOf(year, month, 1) };
  // 31 February is not a day: Date would silently make it March.
  if (day < 1 || day > new Date(year, month, 0).getDate()) return null;
  return { afterMs: startOf(year, month - 1, day), beforeMs: startOf(year, month - 1, day + 1) };
}

function wordRange(word: 'today' | 'yesterday' | 'week' | 'month' | 'year', nowMs: number): MomentRange {
  const now = new Date(nowMs);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  switch (word) {
    case 'today': return { afterMs: midnight };
    case 'yesterday': return { afterMs: new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime(), beforeMs: midnight };
    case 'week': return { afterMs: nowMs - 7 * DAY_MS };
    case 'month': return { afterMs: calendarBack(now, 1) };
    case 'year': return { afterMs: calendarBack(now, 12) };
  }
}

function ago(count: number, unit: string, nowMs: number): number | null {
  switch (unit) {
    case 'h': return nowMs - count * HOUR_MS;
    case 'd': return nowMs - count * DAY_MS;
    case 'w': return nowMs - count * 7 * DAY_MS;
    case 'm':
    case 'mo': return calendarBack(new Date(nowMs), count);
    case 'y': return calendarBack(new Date(nowMs), count * 12);
    default: return null;
  }
}

/** The same time of day some months before; the month's last day where that day does not exist. */
function calendarBack(now: Date, months: number): number {
  const back = new Date(now.getTime());
  const day = back.getDate();
  back.setDate(1);
  back.setMonth(back.getMonth() - months);
  back.setDate(Math.min(day, new Date(back.getFullYear(), back.getMonth() + 1, 0).getDate()));
  return back.getTime();
}
