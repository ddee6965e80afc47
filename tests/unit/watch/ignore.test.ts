import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RootOptions } from '../../../src/contract/model.ts';
import {
  Patterns, rulesOfRoot, splitPath, unreadReasonOf, wantsDirectory, wantsFile, withIgnoreFiles, type DirectoryRules,
} from '../../../src/watch/ignore.ts';
import { rootOptions } from './root-options.ts';

const SURROUNDINGS = { platform: 'linux', home: '/home/anna', offLimits: ['/home/anna/docs/index-data'], readsEverything: false };

function rules(changes: Partial<RootOptions> = {}, platform = 'linux', root = '/home/anna/docs'): DirectoryRules {
  return rulesOfRoot(root, rootOptions(changes), { ...SURROUNDINGS, platform });
}
function file(of: DirectoryRules, path: string): boolean {
  const segments = path.split('/');
  return wantsFile(of, segments.slice(0, -1), segments.at(-1) ?? '');
}
function directory(of: DirectoryRules, path: string): boolean {
  return wantsDirectory(of, path.split('/'), `/home/anna/docs/${path}`);
}

describe('built-in rules', () => {
  it('never looks at version control, dependencies, caches and trash', () => {
    for (const name of ['.git', 'node_modules', '.hg', '__pycache__', '.Trash', '.Trash-1000', '$RECYCLE.BIN', 'System Volume Information', 'lost+found', '.cache', '__MACOSX']) {
      assert.equal(directory(rules({ includeHidden: true, includeSecrets: true }), name), false, name);
    }
  });

  it('enters folders of people that only look like those', () => {
    for (const name of ['git', 'modules', 'CVs', 'build', 'target', 'dist', 'cache', 'Papierkorb', 'app.framework']) assert.equal(directory(rules(), name), true, name);
  });

  it('takes macOS packages for one thing on macOS only', () => {
    assert.equal(directory(rules({}, 'darwin'), 'Photos Library.photoslibrary'), false);
    assert.equal(directory(rules({}, 'darwin'), 'Some.app'), false);
    assert.equal(directory(rules(), 'Some.app'), true);
  });

  it('ignores what systems and editors scatter about', () => {
    for (const name of ['.DS_Store', '._photo.jpg', 'Thumbs.db', 'desktop.ini', '~$report.docx', '.~lock.report.odt#', '#notes.txt#', 'film.mkv.part']) {
      assert.equal(file(rules({ includeHidden: true }), name), false, name);
    }
    for (const name of ['animation.swf', 'notes~', 'part', '#1 hit.mp3']) assert.equal(file(rules(), name), true, name);
  });

  it('shows hidden files and folders only when asked', () => {
    assert.equal(file(rules(), '.profile'), false);
    assert.equal(file(rules({ includeHidden: true }), '.profile'), true);
    assert.equal(directory(rules(), '.notes'), false);
    assert.equal(directory(rules({ includeHidden: true }), '.notes'), true);
  });

  it('takes Library and AppData in the home folder for hidden', () => {
    const mac = rulesOfRoot('/home/anna', rootOptions(), { ...SURROUNDINGS, platform: 'darwin' });
    assert.equal(wantsDirectory(mac, ['Library'], '/home/anna/Library'), false);
    assert.equal(wantsDirectory(mac, ['Books', 'Library'], '/home/anna/Books/Library'), true);
    const above = rulesOfRoot('/home', rootOptions(), { ...SURROUNDINGS, platform: 'darwin' });
    assert.equal(wantsDirectory(above, ['anna', 'Library'], '/home/anna/Library'), false);
    assert.equal(wantsDirectory(rulesOfRoot('/home/anna', rootOptions(), SURROUNDINGS), ['Library'], '/home/anna/Library'), true);
  });

  it('enters no secret directory unless asked', () => {
    assert.equal(directory(rules({ includeHidden: true }), '.ssh'), false);
    assert.equal(directory(rules({ includeHidden: true, includeSecrets: true }), '.ssh'), true);
  });

  it('never enters the data directory, whatever the settings', () => {
    assert.equal(directory(rules({ includeHidden: true, includeSecrets: true }), 'index-data'), false);
  });
});

describe('ignore files', () => {
  const git = (parent: DirectoryRules, at: string, text: string): DirectoryRules => withIgnoreFiles(parent, at === '' ? [] : at.split('/'), { findling: null, git: text });
  const findling = (parent: DirectoryRules, at: string, text: string): DirectoryRules => withIgnoreFiles(parent, at === '' ? [] : at.split('/'), { findling: text, git: null });

  it('honours .gitignore, anchored and not, files and directories', () => {
    const top = git(rules(), '', '*.log\n/build/\ndraft\n# a comment\n');
    assert.equal(file(top, 'a.log'), false);
    assert.equal(file(top, 'deep/down/a.log'), false);
    assert.equal(directory(top, 'build'), false);
    assert.equal(directory(top, 'src/build'), true);
    assert.equal(file(top, 'build'), true, 'build/ means directories only');
    assert.equal(file(top, 'x/draft'), false);
  });

  it('does not honour .gitignore when the folder says so, but .findlingignore always', () => {
    const off = rules({ honourGitignore: false });
    assert.equal(file(git(off, '', '*.log'), 'a.log'), true);
    assert.equal(file(findling(off, '', '*.log'), 'a.log'), false);
  });

  it('lets a nearer file overrule one above, negation included', () => {
    const top = git(rules(), '', '*.log\n!keep.log');
    const below = git(top, 'app', '!*.log\nsecret.log');
    assert.equal(file(top, 'keep.log'), true);
    assert.equal(file(below, 'app/debug.log'), true);
    assert.equal(file(below, 'app/secret.log'), false);
    assert.equal(file(top, 'other/debug.log'), false);
  });

  it('reads patterns relative to their own directory', () => {
    const below = git(rules(), 'app', '/out/\nsrc/*.gen');
    assert.equal(directory(below, 'app/out'), false);
    assert.equal(directory(below, 'app/x/out'), true);
    assert.equal(file(below, 'app/src/a.gen'), false);
    assert.equal(file(below, 'app/a.gen'), true);
  });

  it('asks .findlingignore before .gitignore, and the settings before both', () => {
    const both = withIgnoreFiles(rules({ exclude: ['*.tmp', '!forced.log'] }), [], { git: '*.log\n*.md', findling: '!notes.md' });
    assert.equal(file(both, 'notes.md'), true);
    assert.equal(file(both, 'other.md'), false);
    assert.equal(file(both, 'a.tmp'), false);
    assert.equal(file(both, 'forced.log'), true);
  });

  it('shares the rules of a directory that adds none', () => {
    const top = rules();
    assert.equal(withIgnoreFiles(top, ['a'], { findling: null, git: null }), top);
  });

  it('tells case apart on Linux only', () => {
    assert.equal(file(git(rules(), '', '*.LOG'), 'a.log'), true);
    assert.equal(file(git(rules({}, 'darwin'), '', '*.LOG'), 'a.log'), false);
  });

  it('survives odd names and patterns', () => {
    const odd = git(rules({ includeHidden: true }), '', '\\\n[\n!\n  \n\uFEFF*.a\n');
    for (const name of ['..a', '...', 'a\nb', '日本語.txt', 'e\u0301', ' ', 'a\\b', '[']) assert.equal(file(odd, name), true, JSON.stringify(name));
  });
});

describe('include and exclude', () => {
  it('indexes only what an include pattern matches, and enters every directory to find it', () => {
    const some = rules({ include: ['*.md', 'letters/'] });
    assert.equal(file(some, 'a.md'), true);
    assert.equal(file(some, 'a.txt'), false);
    assert.equal(file(some, 'letters/2024/a.txt'), true);
    assert.equal(directory(some, 'anything'), true);
  });
  it('lets exclude win over include', () => {
    assert.equal(file(rules({ include: ['*.md'], exclude: ['drafts/'] }), 'a.md'), true);
    assert.equal(directory(rules({ include: ['*.md'], exclude: ['drafts/'] }), 'drafts'), false);
  });
});

describe('what is known by name only', () => {
  const facts = (changes: object): Parameters<typeof unreadReasonOf>[2] => ({ name: 'a.txt', size: 10, blocks: 8, mode: 0o100644, ...changes });
  it('says why, most important first', () => {
    assert.equal(unreadReasonOf(rules(), [], facts({})), null);
    assert.equal(unreadReasonOf(rules(), [], facts({ size: 1_000_001 })), 'too-large');
    assert.equal(unreadReasonOf(rules(), [], facts({ size: 1_000_000 })), null);
    assert.equal(unreadReasonOf(rules(), [], facts({ name: 'a.pem', size: 2_000_000 })), 'secret');
    assert.equal(unreadReasonOf(rules({ includeSecrets: true }), [], facts({ name: 'a.pem' })), null);
    assert.equal(unreadReasonOf(rules(), [], facts({ mode: 0o100200 })), 'no-permission');
    assert.equal(unreadReasonOf(rules(), [], facts({ mode: 0o100004 })), null, 'someone may read it: only opening tells');
  });
  it('takes no sparse file on Linux for a cloud placeholder', () => {
    assert.equal(unreadReasonOf(rules(), [], facts({ blocks: 0, size: 1000 })), null);
  });
  it('sees placeholders on macOS anywhere, on Windows below a cloud folder', () => {
    assert.equal(unreadReasonOf(rules({}, 'darwin'), [], facts({ blocks: 0 })), 'cloud-placeholder');
    assert.equal(unreadReasonOf(rules({}, 'darwin'), [], facts({ blocks: 0, size: 0 })), null);
    const windows = rules({}, 'win32', 'C:\\Users\\anna\\OneDrive - Firma');
    assert.equal(unreadReasonOf(windows, ['Berichte'], facts({ blocks: 0, size: 5000 })), 'cloud-placeholder');
    assert.equal(unreadReasonOf(windows, ['Berichte'], facts({ blocks: 0, size: 300 })), null, 'kept in the NTFS table');
    assert.equal(unreadReasonOf(rules({}, 'win32', 'C:\\work'), [], facts({ blocks: 0, size: 5000 })), null);
  });
});

describe('patterns', () => {
  it('answers the same after more questions than it keeps answers', () => {
    const patterns = new Patterns('*.log', 'linux');
    for (let index = 0; index < 10_000; index += 1) assert.equal(patterns.test(`a${index}.log`).ignored, true);
    assert.equal(patterns.test('a.txt').ignored, false);
  });
  it('splits paths as each system does', () => {
    assert.deepEqual(splitPath('/a/b\\c', 'linux'), ['a', 'b\\c']);
    assert.deepEqual(splitPath('C:\\a\\b/c', 'win32'), ['C:', 'a', 'b', 'c']);
  });
});
