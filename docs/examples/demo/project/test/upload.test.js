import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upload } from '../src/upload.js';

/** A server that is busy for the first `busy` requests. */
function server(busy) {
  const seen = [];
  const send = async (body) => {
    seen.push(body);
    return { status: seen.length <= busy ? 503 : 201 };
  };
  return { seen, send };
}

test('an upload that works is sent once', async () => {
  const { seen, send } = server(0);
  assert.equal((await upload(send, 'photo')).status, 201);
  assert.deepEqual(seen, ['photo']);
});

test('a busy server is asked again', async () => {
  const { seen, send } = server(3);
  assert.equal((await upload(send, 'photo')).status, 201);
  assert.equal(seen.length, 4);
});

test('after five tries it gives up and says why', async () => {
  const { seen, send } = server(50);
  await assert.rejects(upload(send, 'photo'), /503/);
  assert.equal(seen.length, 5);
});
