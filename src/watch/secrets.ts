/**
 * What is a secret, by name and place: keys, password stores, tokens, browser profiles, wallets.
 * A secret file is known by name (`unread: 'secret'`) and never opened; a secret directory is never entered. The setting
 * `includeSecrets` of a folder turns all of this off.
 *
 * Deliberately wide: a false alarm costs the text of one file and is said in the ledger, a miss puts a password into the index.
 * The contents are never looked at to decide, since that would be reading them.
 */

/** Names of directories that hold nothing but secrets. Lower case. */
const DIRECTORIES: ReadonlySet<string> = new Set([
  '.ssh', '.gnupg', '.pki', '.password-store', '.gopass', '.aws', '.azure', '.kube', '.docker', '.gcloud', '.oci', '.bluemix', '.chef', '.vault',
  '.mozilla', '.librewolf', '.waterfox', '.tor-browser',
  '.bitcoin', '.litecoin', '.dogecoin', '.dash', '.zcash', '.electrum', '.electrum-ltc', '.ethereum', '.monero', '.bitmonero', '.exodus', '.solana',
]);

/** Packages of password managers are directories on macOS. */
const DIRECTORY_ENDINGS: readonly string[] = ['.agilekeychain', '.opvault', '.keychain', '.enpassvault'];

/** Tails of paths, lower case, `/` between: places whose last name alone would say too little. */
const PLACES: readonly string[] = [
  // Browser profiles on Linux …
  '.config/google-chrome', '.config/google-chrome-beta', '.config/chromium', '.config/bravesoftware', '.config/microsoft-edge', '.config/vivaldi', '.config/opera',
  '.config/gcloud', '.config/op', '.config/sops', '.config/solana', '.config/keybase', '.config/rclone', '.config/gh', '.config/hub', '.config/exodus',
  '.var/app/org.mozilla.firefox', '.var/app/com.google.chrome', '.var/app/org.chromium.chromium', '.var/app/com.brave.browser', 'snap/firefox', 'snap/chromium',
  '.local/share/kwalletd', '.local/share/keyrings', '.gnome2/keyrings', '.kde/share/apps/kwallet',
  // … on macOS …
  'library/safari', 'library/keychains', 'library/cookies', 'library/containers/com.apple.safari', 'library/application support/google/chrome', 'library/application support/chromium',
  'library/application support/firefox', 'library/application support/bravesoftware', 'library/application support/microsoft edge', 'library/application support/arc',
  'library/application support/vivaldi', 'library/application support/com.operasoftware.opera', 'library/application support/1password', 'library/application support/exodus',
  'library/ethereum', 'library/application support/bitcoin',
  // … and on Windows.
  'google/chrome/user data', 'chromium/user data', 'microsoft/edge/user data', 'bravesoftware/brave-browser/user data', 'vivaldi/user data', 'mozilla/firefox',
  'roaming/opera software', 'microsoft/credentials', 'microsoft/protect', 'microsoft/crypto', 'microsoft/vault', 'microsoft/systemcertificates',
  'roaming/gnupg', 'roaming/bitcoin', 'roaming/electrum', 'roaming/ethereum', 'roaming/exodus',
];
/** The last names of `PLACES`, so that the tails are compared only where they could fit. */
const PLACE_NAMES: ReadonlySet<string> = new Set(PLACES.map((place) => place.slice(place.lastIndexOf('/') + 1)));

/** Whole file names, lower case. */
const FILES: ReadonlySet<string> = new Set([
  'id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'id_ecdsa_sk', 'id_ed25519_sk', 'ssh_host_rsa_key', 'ssh_host_dsa_key', 'ssh_host_ecdsa_key', 'ssh_host_ed25519_key',
  '.netrc', '_netrc', '.pgpass', 'pgpass.conf', '.my.cnf', '.mylogin.cnf', '.npmrc', '.yarnrc.yml', '.pypirc', '.git-credentials', '.htpasswd', 'htpasswd', '.s3cfg', '.boto',
  '.dockercfg', '.vault-token', '.terraformrc', 'terraform.rc', 'credentials.tfrc.json', '.envrc', '.rhosts', '.smbcredentials', '.fetchmailrc', '.mailrc', '.msmtprc', '.muttrc',
  'credentials', 'credentials.json', 'credentials.xml', 'secrets.json', 'secrets.yml', 'secrets.yaml', 'secrets.toml', 'master.key', 'shadow', 'gshadow', 'sudoers',
  '.bash_history', '.zsh_history', '.python_history', '.psql_history', '.mysql_history', '.sqlite_history', '.node_repl_history', '.rediscli_history', '.irb_history', 'fish_history',
  'consolehost_history.txt',
  'login data', 'web data', 'cookies', 'key3.db', 'key4.db', 'logins.json', 'signons.sqlite', 'cookies.sqlite', 'formhistory.sqlite', 'cert9.db',
  'wallet.dat', 'wallet.json', 'keystore.json', 'secring.gpg', 'recovery.kdbx', 'kubeconfig', 'rclone.conf', 'wg0.conf', 'unattend.xml',
]);

/** Last extensions, lower case. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  'pem', 'p12', 'pfx', 'p8', 'ppk', 'jks', 'keystore', 'bks', 'kdbx', 'kdb', 'kdbx4', 'psafe3', 'opvault', 'agilekeychain', '1pif', '1pux', 'enpassdbx', 'walletx', 'wallet',
  'keychain', 'keychain-db', 'keytab', 'ovpn', 'tfstate', 'mobileprovision', 'gnupg', 'age-key',
]);

/** `.env` and its kin; the samples that are made to be shared are not secrets. */
const ENVIRONMENT = /^\.env(?:[.\-_].*)?$|^[^.].*\.env$/;
const ENVIRONMENT_SAMPLE = /[.\-_](?:example|sample|template|dist|defaults?)$/;

/** Accounts of Google's cloud, key files of Ethereum. */
const ACCOUNT_FILE = /^client_secret.*\.json$|^service[-_]?account.*\.json$|^utc--\d{4}-.*--[0-9a-f]{40}$|^terraform\.tfstate/;
/** Keys and one-time codes by their usual names. The extension is part of it, so that an article about private keys is read. */
const NAMED_KEY = /(?:^|[-_. ])private[-_]?key(?:\.(?:txt|der|bin|json|xml))?$|(?:^|[-_ ])(?:backup|recovery)[-_ ]?codes?(?: \(\d+\))?(?:\.(?:txt|csv))?$/;

/**
 * `.key` is the private half of a certificate, but also a Keynote deck. Keys are a few kilobytes even with 16,384 bits, and the
 * smallest deck with its preview pictures is far above this.
 */
const LARGEST_KEY_BYTES = 64 * 1024;

/** Is a directory with this path never entered? `segments` are the names from the top of the disk (or of the root) down to it. */
export function isSecretDirectory(segments: readonly string[]): boolean {
  const name = segments.at(-1)?.toLowerCase();
  if (name === undefined) return false;
  if (DIRECTORIES.has(name) || DIRECTORY_ENDINGS.some((ending) => name.endsWith(ending))) return true;
  if (!PLACE_NAMES.has(name)) return false;
  const path = `/${segments.slice(-5).join('/').toLowerCase()}`;
  return PLACES.some((place) => path.endsWith(`/${place}`));
}

/** Is a file of this name and size never read? */
export function isSecretFile(name: string, size: number): boolean {
  const lower = name.toLowerCase();
  if (FILES.has(lower) || ACCOUNT_FILE.test(lower) || NAMED_KEY.test(lower)) return true;
  if (ENVIRONMENT.test(lower)) return !ENVIRONMENT_SAMPLE.test(lower.replace(/\.env$/, ''));
  const dot = lower.lastIndexOf('.');
  if (dot < 0) return false;
  const extension = lower.slice(dot + 1);
  return EXTENSIONS.has(extension) || (extension === 'key' && size <= LARGEST_KEY_BYTES);
}
