/**
 * What is never looked at, by name alone: version control, dependencies, caches, trash, and what systems scatter about.
 * Such a path is *ignored*: it is in no ledger and costs nothing. (What is known by name but never read is in secrets.ts.)
 *
 * Names are compared in lower case, because the same disk may be used from systems that differ in that.
 * Only names that mean the same wherever they stand belong here: `target`, `build` or `dist` may well be a person's own folder
 * and are left to `.gitignore`; so is `CVS`, which in lower case is where people keep their CVs.
 */

const DIRECTORIES: ReadonlySet<string> = new Set([
  // Version control: objects and packs, not documents.
  '.git', '.hg', '.svn', '.bzr', '_darcs', '.jj', '.pijul',
  // Dependencies, which their registries keep.
  'node_modules', 'bower_components', 'jspm_packages', '.yarn', '.pnpm-store', '.npm', '.venv', '.eggs', '.bundle', '.cargo', '.rustup',
  // Caches and build state.
  '__pycache__', '.cache', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox', '.nox', '.ipynb_checkpoints', '.gradle', '.m2', '.ivy2',
  '.parcel-cache', '.turbo', '.next', '.nuxt', '.svelte-kit', '.angular', '.nyc_output', '.terraform', '.dart_tool', '.ccache', '.sass-cache',
  'deriveddata', '.thumbnails', '.dropbox.cache', 'inetcache',
  // Trash.
  '.trash', '.trashes', '$recycle.bin', 'recycler', 'network trash folder',
  // What systems keep on every disk.
  'system volume information', 'lost+found', '$winreagent', '.spotlight-v100', '.fseventsd', '.documentrevisions-v100', '.temporaryitems',
  'temporary items', '.appledouble', '.appledb', '.appledesktop', '__macosx', '.mobilebackups', '.pkinstallsandboxmanager',
]);

/** `.Trash-1000` and `.Trash-1000-files`: the trash of one user on a removable disk. */
const TRASH_OF_USER = /^\.trash-\d+/;

/** Folders that macOS shows as one thing: their insides are a program's own, not documents. */
const MACOS_PACKAGES: ReadonlySet<string> = new Set([
  'app', 'framework', 'bundle', 'plugin', 'kext', 'appex', 'xpc', 'dsym', 'xcarchive', 'xcodeproj', 'xcworkspace', 'mpkg', 'prefpane', 'qlgenerator',
  'photoslibrary', 'migratedphotolibrary', 'aplibrary', 'musiclibrary', 'tvlibrary', 'imovielibrary', 'fcpbundle', 'sparsebundle', 'band',
]);

const FILES: ReadonlySet<string> = new Set([
  '.ds_store', '.localized', 'icon\r', 'thumbs.db', 'ehthumbs.db', 'ehthumbs_vista.db', 'desktop.ini', 'iconcache.db', '.directory',
  'pagefile.sys', 'hiberfil.sys', 'swapfile.sys', 'ntuser.dat', 'ntuser.ini', 'usrclass.dat',
]);

/** AppleDouble halves, owners' marks of open office documents, swap files of editors, downloads under way, registry logs. */
const FILE_PATTERN = /^\._|^~\$|^\.~lock\..*#$|^\.#|^#.*#$|^\..*\.sw[a-p]$|\.(?:crdownload|part|partial|opdownload)$|^ntuser\.dat/;

/** Is a directory of this name never looked at? `platform` is `process.platform`. */
export function isNeverLookedAtDirectory(name: string, platform: string): boolean {
  const lower = name.toLowerCase();
  if (DIRECTORIES.has(lower) || TRASH_OF_USER.test(lower)) return true;
  if (platform !== 'darwin') return false;
  const dot = lower.lastIndexOf('.');
  return dot > 0 && MACOS_PACKAGES.has(lower.slice(dot + 1));
}

/** Is a file of this name never looked at? */
export function isNeverLookedAtFile(name: string): boolean {
  const lower = name.toLowerCase();
  return FILES.has(lower) || FILE_PATTERN.test(lower);
}

/**
 * Does the system hide this from people? A leading dot everywhere; besides, the folders of programs' own data in a home folder, whose
 * hidden mark Node cannot see: `~/Library` (macOS) and `AppData` (Windows).
 * `isInHome`: the parent is a person's home folder.
 */
export function isHidden(name: string, isDirectory: boolean, isInHome: boolean, platform: string): boolean {
  if (name.startsWith('.')) return true;
  if (!isDirectory || !isInHome) return false;
  const lower = name.toLowerCase();
  return (platform === 'darwin' && lower === 'library') || (platform === 'win32' && lower === 'appdata');
}
