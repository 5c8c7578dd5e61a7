import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Api } = await load("api.js");

/** An Api of a server on this machine that answers as it is told. */
async function served(t, answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address();
  return new Api({ workspace: "own", translate: (text) => text, fetcher: (address, options) => fetch(`http://127.0.0.1:${port}${address}`, options) });
}

test("an answer that stalls after its beginning is given up in time, as one that never begins", async (t) => {
  const api = await served(t, (request, response) => {
    if (request.url.includes("never")) return;
    response.writeHead(request.url.includes("refused") ? 404 : 200, { "Content-Type": "application/json" });
    response.write('{"half":');
  });
  for (const path of ["/stalls", "/never"]) {
    await assert.rejects(api.call(api.address(path), {}, (response) => response.json(), 0.2), { kind: "network", status: 0 });
  }
  await assert.rejects(api.call(api.address("/refused"), {}, undefined, 0.2), { kind: "refused", status: 404 });
});

test("what is asked for is read: words, numbers, a picture with its index, and sound that is still being made", async (t) => {
  let made = false;
  const api = await served(t, (request, response) => {
    const [path] = request.url.split("?");
    if (path.endsWith("/waveform")) return response.writeHead(made ? 200 : 202).end(made ? "wave" : "");
    if (path.endsWith("/times")) return response.end(new Uint8Array(Float64Array.of(0.5, 0.75).buffer));
    if (path.endsWith(".jpg")) return response.writeHead(200, { "X-Frame-Index": "7" }).end("picture");
    return response.end(JSON.stringify({ path, method: request.method }));
  });
  assert.deepEqual(await api.objects(3), { path: "/api/videos/3/objects", method: "GET" });
  assert.deepEqual(await api.keep("Ana", "keys", {}), { path: "/api/preferences", method: "POST" });
  assert.deepEqual([...(await api.times(3))], [0.5, 0.75]);
  const { index, blob } = await api.frame(3, 7, "v", new AbortController().signal);
  assert.deepEqual([index, await blob.text()], ["7", "picture"]);
  assert.equal(await api.waveform(3), null);
  made = true;
  assert.equal(new TextDecoder().decode(await api.waveform(3)), "wave");
});

test("a picture that is no longer wanted is given up while it arrives, and this is no trouble of the network", async (t) => {
  const control = new AbortController();
  const api = await served(t, (_request, response) => {
    response.writeHead(200, { "X-Frame-Index": "7" }).write("half");
    setTimeout(() => control.abort(), 50);
  });
  await assert.rejects(api.frame(3, 7, "v", control.signal), { name: "AbortError" });
});
