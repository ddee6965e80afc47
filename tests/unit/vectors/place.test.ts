import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeError, vectorPlace, type VectorPlace } from '../../../src/store/vector-place.ts';

function bucket(options: readonly string[]): VectorPlace {
  const place = vectorPlace({ uri: 's3://team/findling', options });
  assert.ok(place !== null);
  return place;
}

test('no address: the data directory', () => {
  assert.equal(vectorPlace({ uri: null, options: ['region=x'] }), null);
});

test('options reach the library whole, over our own limits of time', () => {
  const { kind, storageOptions } = bucket(['endpoint=http://nas:9000/?a=b', 'timeout=5s']);
  assert.equal(kind, 'bucket');
  assert.equal(storageOptions['endpoint'], 'http://nas:9000/?a=b');
  assert.equal(storageOptions['timeout'], '5s');
  assert.equal(storageOptions['connect_timeout'], '5s');
});

test('a service takes its key and address out of the options', () => {
  assert.deepEqual(vectorPlace({ uri: 'db://team', options: ['api_key=sk-12345', 'hostOverride=http://lance:80', 'region=eu', 'x=y'] }), {
    uri: 'db://team', kind: 'service', storageOptions: { x: 'y' }, secrets: ['sk-12345'], apiKey: 'sk-12345', region: 'eu', hostOverride: 'http://lance:80',
  });
  assert.throws(() => vectorPlace({ uri: 'db://team', options: [] }), { code: 'bad-input' });
});

test('a key in the address is refused: addresses are shown', () => {
  assert.throws(() => vectorPlace({ uri: 's3://id:key@team/findling', options: [] }), { code: 'bad-input' });
});

test('errors of the place are told apart from damage, and carry no secret', () => {
  const place = bucket(['aws_secret_access_key=hunter22222', 'allow_http=true']);
  assert.deepEqual(place.secrets, ['hunter22222']);
  const told = (text: string): readonly (string | undefined)[] => {
    const error = placeError(new Error(text), place);
    return [error?.code, /: (.*)$/.exec(error?.message.replace('s3:', '') ?? '')?.[1]];
  };
  assert.deepEqual(told('ConnectError("tcp connect error", Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }) hunter22222'),
    ['vectors-unreachable', 'the connection is refused. Names and words go on being found; new vectors wait.']);
  assert.deepEqual(told('Status { status: 403, body: Some("<Code>SignatureDoesNotMatch</Code> hunter22222") }'), ['vectors-refused', 'the key is not accepted.']);
  assert.equal(placeError(new Error('Invalid user input: a column is missing'), place), null);
});
