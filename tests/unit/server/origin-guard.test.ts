/** Who may speak to the page server. Each wall is tried alone: everything else about the request is right. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookieName, judge, sameSecret, type GuardedRequest } from '../../../src/server/origin-guard.ts';

const TOKEN = 'correct-horse-battery-staple';
const PORT = 4711;
const HOST = `127.0.0.1:${PORT}`;
const page: GuardedRequest = { method: 'GET', host: HOST, origin: undefined, cookie: undefined, token: TOKEN, purpose: 'page' };
const socket: GuardedRequest = { ...page, origin: `http://${HOST}`, purpose: 'socket' };
const ask = (request: GuardedRequest): string => {
  const verdict = judge(request, { port: PORT, token: TOKEN });
  return verdict.ok ? `ok by ${verdict.by}` : `${verdict.status} ${verdict.reason}`;
};

describe('judge', () => {
  it('lets in the printed address, its cookie, and localhost', () => {
    assert.equal(ask(page), 'ok by token');
    assert.equal(ask({ ...page, token: null, cookie: `other=1; ${cookieName(PORT)}=${TOKEN}` }), 'ok by cookie');
    assert.equal(ask({ ...page, host: `localhost:${PORT}` }), 'ok by token');
    assert.equal(ask(socket), 'ok by token');
  });
  for (const host of [undefined, '', 'evil.example', `evil.example:${PORT}`, '127.0.0.1', `127.0.0.1:${PORT + 1}`, `0.0.0.0:${PORT}`, `[::1]:${PORT}`, `127.0.0.1.evil.example:${PORT}`, `127.0.0.1:${PORT}.evil.example`, `user@127.0.0.1:${PORT}`, `127.1:${PORT}`, `2130706433:${PORT}`]) {
    it(`refuses the host ${host}, also with the token (DNS rebinding)`, () => {
      assert.equal(ask({ ...page, host }), '403 host');
      assert.equal(ask({ ...socket, host }), '403 host');
    });
  }
  for (const origin of ['null', 'http://evil.example', `https://${HOST}`, `http://127.0.0.1:${PORT + 1}`, `http://localhost:${PORT}`, `http://${HOST}.evil.example`, `http://${HOST}/`, 'file://', 'chrome-extension://abc', '']) {
    it(`refuses the origin ${JSON.stringify(origin)}, also with the token`, () => {
      assert.equal(ask({ ...page, origin }), '403 origin');
      assert.equal(ask({ ...socket, origin }), '403 origin');
    });
  }
  it('refuses a socket without an origin', () => assert.equal(ask({ ...socket, origin: undefined }), '403 origin-missing'));
  for (const token of ['', 'x', TOKEN.slice(0, -1), TOKEN + 'x', TOKEN.toUpperCase(), ` ${TOKEN}`]) {
    it(`refuses the token ${JSON.stringify(token)}, even beside a right cookie`, () => {
      assert.equal(ask({ ...page, token, cookie: `${cookieName(PORT)}=${TOKEN}` }), '401 token');
    });
  }
  it('refuses no token and wrong cookies', () => {
    assert.equal(ask({ ...page, token: null }), '401 token-missing');
    assert.equal(ask({ ...page, token: null, cookie: `${cookieName(PORT)}=wrong` }), '401 cookie');
    assert.equal(ask({ ...page, token: null, cookie: `${cookieName(PORT + 1)}=${TOKEN}` }), '401 token-missing');
    assert.equal(ask({ ...page, token: null, cookie: `x${cookieName(PORT)}=${TOKEN}` }), '401 token-missing');
  });
  it('finds its cookie beside one that another port\'s page planted', () => {
    assert.equal(ask({ ...page, token: null, cookie: `${cookieName(PORT)}=planted; ${cookieName(PORT)}=${TOKEN}` }), 'ok by cookie');
  });
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', undefined]) {
    it(`refuses the method ${method}`, () => assert.equal(ask({ ...page, method }), '405 method'));
  }
});

describe('sameSecret', () => {
  it('compares texts of any length', () => {
    assert.ok(sameSecret('a', 'a'));
    for (const [given, secret] of [['a', 'b'], ['', 'a'], ['a', ''], ['a'.repeat(10_000), 'a']] as const) assert.ok(!sameSecret(given, secret));
  });
});
