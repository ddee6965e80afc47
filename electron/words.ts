/** The few words that stand outside pages: tray, menus, dialogs. One table a language; a missing word does not compile. */

import type { ErrorCode } from '../src/contract/errors.ts';
import type { IndexStatus } from '../src/contract/model.ts';
import type { EngineState } from './engine-host.ts';

export interface AppWords {
  readonly locale: 'en' | 'zh-CN';
  readonly open: string;
  readonly quickSearch: string;
  readonly settings: string;
  readonly folders: string;
  readonly pauseHour: string;
  readonly pause: string;
  readonly resume: string;
  readonly recent: string;
  readonly noRecent: string;
  readonly quit: string;
  readonly file: string;
  readonly edit: string;
  readonly view: string;
  readonly window: string;
  readonly chooseFolder: string;
  readonly openFile: string;
  readonly openWith: string;
  readonly reveal: string;
  readonly copyPath: string;
  readonly idle: string;
  readonly starting: string;
  readonly paused: string;
  readonly battery: string;
  readonly onBatteryToo: string;
  readonly diskFull: string;
  readonly indexFull: string;
  readonly crawling: string;
  readonly indexing: (done: number, all: number) => string;
  readonly restarting: string;
  readonly trouble: (why: string) => string;
  /** Folders that were handed over by a start and could not be added. */
  readonly foldersRefused: (count: number) => string;
  /** Why; for what is not here the engine's own English sentence stands. */
  readonly folderProblems: Readonly<Partial<Record<ErrorCode, string>>>;
}

const EN: AppWords = {
  locale: 'en',
  open: 'Open Findling', quickSearch: 'Quick search', settings: 'Settings…', folders: 'Folders…', pauseHour: 'Pause indexing for an hour', pause: 'Pause indexing', resume: 'Resume indexing',
  recent: 'Recent searches', noRecent: 'No recent searches', quit: 'Quit Findling', file: 'File', edit: 'Edit', view: 'View', window: 'Window', chooseFolder: 'Choose a folder',
  openFile: 'Open', openWith: 'Open with…', reveal: 'Show in folder', copyPath: 'Copy path',
  idle: 'Everything is indexed', starting: 'Starting', paused: 'Indexing is paused', battery: 'Indexing waits for mains power', onBatteryToo: 'Index on battery too', diskFull: 'The disk is nearly full: indexing waits', indexFull: 'The index is at its limit: new files wait', crawling: 'Looking for changes',
  indexing: (done, all) => `Indexing ${done.toLocaleString('en')} of ${all.toLocaleString('en')}`,
  restarting: 'The search engine ended and is being started again',
  trouble: (why) => `Trouble: ${why}`,
  foldersRefused: (count) => (count === 1 ? 'This folder is not watched' : 'These folders are not watched'),
  folderProblems: {
    'folder-not-found': 'It does not exist. Check the path.', 'not-a-folder': 'It is a file. Choose a folder.', 'folder-denied': 'Findling may not read it. Change its permissions, or choose another.',
    'folder-overlaps': 'It contains a folder that is already watched. Remove that one first.', 'folder-is-data-directory': 'It holds the index itself.',
    'folder-settings-invalid': 'config.json has settings for it that are not valid. Correct them there.',
  },
};

const ZH: AppWords = {
  locale: 'zh-CN',
  open: '打开 Findling', quickSearch: '快速搜索', settings: '设置…', folders: '文件夹…', pauseHour: '暂停索引一小时', pause: '暂停索引', resume: '继续索引',
  recent: '最近的搜索', noRecent: '没有最近的搜索', quit: '退出 Findling', file: '文件', edit: '编辑', view: '视图', window: '窗口', chooseFolder: '选择文件夹',
  openFile: '打开', openWith: '打开方式…', reveal: '在文件夹中显示', copyPath: '复制路径',
  idle: '全部已索引', starting: '正在启动', paused: '索引已暂停', battery: '索引在等待接通电源', onBatteryToo: '用电池时也索引', diskFull: '磁盘快满了:索引在等待', indexFull: '索引已达到大小上限:新文件在等待', crawling: '正在查找变化',
  indexing: (done, all) => `正在索引第 ${done.toLocaleString('zh-CN')} 个,共 ${all.toLocaleString('zh-CN')} 个`,
  restarting: '搜索引擎已终止,正在重新启动',
  trouble: (why) => `问题:${why}`,
  foldersRefused: (count) => (count === 1 ? '这个文件夹没有被监视' : '这些文件夹没有被监视'),
  folderProblems: {
    'folder-not-found': '它不存在,请检查路径。', 'not-a-folder': '它是一个文件,请选择文件夹。', 'folder-denied': 'Findling 不能读取它。请更改权限或另选一个。',
    'folder-overlaps': '它包含已监视的文件夹。请先移除那一个。', 'folder-is-data-directory': '它存放索引本身,不能监视。',
    'folder-settings-invalid': 'config.json 中它的设置无效,请在那里改正。',
  },
};

/** `setting` as in the settings; `system`: the locale Electron found. */
export function wordsFor(setting: 'system' | 'en' | 'zh-CN', systemLocale: string): AppWords {
  const wanted = setting === 'system' ? systemLocale : setting;
  return wanted.toLowerCase().startsWith('zh') ? ZH : EN;
}

/** What the tray says, and which of its pictures says it. Pure. */
export interface TrayState {
  readonly picture: 'idle' | 'busy' | 'paused' | 'error';
  /** By whom indexing is held: a person, who may resume it, or the setting for battery. */
  readonly held?: 'paused' | 'battery';
  readonly text: string;
  /** Share done while indexing, for dock and taskbar, 0 to 1; null: nothing to show. */
  readonly progress: number | null;
}

export function trayState(words: AppWords, engine: EngineState, status: IndexStatus | null): TrayState {
  if (engine.kind === 'waiting') return { picture: 'error', text: words.restarting, progress: null };
  if (engine.kind !== 'running' || status === null || status.phase === 'starting') return { picture: 'busy', text: words.starting, progress: null };
  if (status.phase === 'disk-full') return { picture: 'error', text: words.diskFull, progress: null };
  if (status.phase === 'index-full') return { picture: 'error', text: words.indexFull, progress: null };
  if (status.phase === 'paused') return { picture: 'paused', held: 'paused', text: words.paused, progress: null };
  if (status.phase === 'battery') return { picture: 'paused', held: 'battery', text: words.battery, progress: null };
  const { indexed, pending, skipped, failed } = status.counts;
  const all = indexed + pending + skipped + failed;
  if (status.phase === 'indexing' && pending > 0) return { picture: 'busy', text: words.indexing(all - pending, all), progress: (all - pending) / all };
  if (status.phase !== 'idle') return { picture: 'busy', text: words.crawling, progress: null };
  const trouble = status.troubles[0];
  return trouble === undefined ? { picture: 'idle', text: words.idle, progress: null } : { picture: 'error', text: words.trouble(trouble), progress: null };
}
