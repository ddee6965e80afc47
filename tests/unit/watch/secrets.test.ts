import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSecretDirectory, isSecretFile } from '../../../src/watch/secrets.ts';

describe('secret files', () => {
  const secret = [
    'id_rsa', 'id_ed25519', 'ID_RSA', 'server.pem', 'tls.key', 'backup.p12', 'site.pfx', 'putty.ppk', 'store.jks', 'Passwords.kdbx', 'vault.kdb', 'login.keychain-db',
    '.env', '.env.local', '.env.production', '.env_old', 'production.env', '.envrc', '.netrc', '_netrc', '.pgpass', '.git-credentials', '.npmrc', '.htpasswd', 'credentials',
    '.bash_history', 'wallet.dat', 'my.wallet', 'client_secret_123.json', 'service-account-prod.json', 'key4.db', 'logins.json', 'Login Data', 'cookies.sqlite',
    'UTC--2016-02-29T14-52-37.123Z--0123456789abcdef0123456789abcdef01234567', 'terraform.tfstate', 'terraform.tfstate.backup', 'office.ovpn',
    'github-recovery-codes.txt', 'Backup codes.txt', 'ssh-private-key.txt', 'private_key.der',
  ];
  for (const name of secret) it(`never reads ${name}`, () => assert.equal(isSecretFile(name, 1000), true));

  const ordinary = [
    '.env.example', '.env.sample', 'sample.env.md', 'environment.md', 'keynote.md', 'key-results.docx', 'id_rsa.md', 'passwords-and-people.pdf', 'how-private-key-cryptography-works.pdf',
    'recovery codes explained.pdf', 'cookies.md', 'wallets.csv', 'identity', 'pem.txt', 'monkey.txt', 'report.pdf', 'credentials-policy.docx', '財布.txt', 'README',
  ];
  for (const name of ordinary) it(`reads ${name}`, () => assert.equal(isSecretFile(name, 1000), false));

  it('tells a private key from a Keynote deck by size', () => {
    assert.equal(isSecretFile('server.key', 3_272), true);
    assert.equal(isSecretFile('Talk.key', 4_000_000), false);
  });
});

describe('secret directories', () => {
  const secret = [
    ['home', 'anna', '.ssh'], ['home', 'anna', '.gnupg'], ['home', 'anna', '.aws'], ['home', 'anna', '.config', 'google-chrome'], ['home', 'anna', '.local', 'share', 'keyrings'],
    ['Users', 'anna', 'Library', 'Keychains'], ['Users', 'anna', 'Library', 'Application Support', 'Google', 'Chrome'], ['Users', 'anna', 'Passwords.agilekeychain'],
    ['C:', 'Users', 'anna', 'AppData', 'Local', 'Google', 'Chrome', 'User Data'], ['C:', 'Users', 'anna', 'AppData', 'Roaming', 'Microsoft', 'Protect'], ['home', 'anna', '.bitcoin'],
  ];
  for (const segments of secret) it(`never enters ${segments.join('/')}`, () => assert.equal(isSecretDirectory(segments), true));

  const ordinary = [['shop', 'Keychains'], ['notes', 'ssh'], ['Chrome'], ['docs', 'User Data'], ['Library'], ['work', 'protect'], []];
  for (const segments of ordinary) it(`enters ${segments.join('/') || 'the top'}`, () => assert.equal(isSecretDirectory(segments), false));
});
