// A held call as the TypeScript SDKs show it to their user over HTTP: held.mjs MODULES HEDDLE AGENT BACKEND
// MODULES: the folder that the SDKs are installed in. HEDDLE: the command. AGENT: the binary of tests/fixtures/approvals.yaml.
// BACKEND: address and port of its origin. HEDDLE_HOME: that of the agent. Fails by an exception.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, heddle, agent, backend] = process.argv.slice(2);
const { resolve } = createRequire(modules);
const load = (name) => import(pathToFileURL(resolve(name)).href);
const env = { HEDDLE_HOME: process.env.HEDDLE_HOME };

const sent = [];
const [host, port] = backend.split(":");
const api = createServer((request, response) => {
  sent.push(`${request.method} ${request.url}`);
  response.setHeader("content-type", "application/json").end("{}");
}).listen(Number(port), host);
await once(api, "listening");

const server = spawn(agent, ["--http", "0"], { env, stdio: ["ignore", "ignore", "pipe"] });
let url;
for await (const line of createInterface({ input: server.stderr })) {
  url = /listening on (\S+)/.exec(line)?.[1];
  if (url) break;
}

const info = { name: "heddle-tests", version: "1" };
const capabilities = { elicitation: { form: {} } };
async function legacy() {
  const { Client } = await load("@modelcontextprotocol/sdk/client/index.js");
  const { ElicitRequestSchema } = await load("@modelcontextprotocol/sdk/types.js");
  const { StreamableHTTPClientTransport } = await load("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const client = new Client(info, { capabilities });
  return { client, ask: (handler) => client.setRequestHandler(ElicitRequestSchema, handler), Transport: StreamableHTTPClientTransport };
}
async function newest() {
  const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
  const client = new Client(info, { capabilities, versionNegotiation: { mode: "auto" } });
  return { client, ask: (handler) => client.setRequestHandler("elicitation/create", handler), Transport: StreamableHTTPClientTransport };
}

try {
  for (const [name, make] of [["SDK 1", legacy], ["SDK 2", newest]]) {
    const { client, ask, Transport } = await make();
    let shown = 0;
    let agrees = true;
    ask(async ({ params }) => {
      shown += 1;
      assert.match(params.message, /holds this call of `restart`/);
      if (!agrees) return { action: "cancel" };
      // The operator, at another terminal.
      const ticket = /heddle approvals show (\w+)/.exec(params.message)[1];
      execFileSync(heddle, ["approvals", "approve", ticket], { env });
      return { action: "accept", content: { answer: "I have asked my operator" } };
    });
    await client.connect(new Transport(new URL(url)));
    const call = (service) => client.callTool({ name: "restart", arguments: { service } });
    const ran = await call(`web of ${name}`);
    assert.ok(!ran.isError, JSON.stringify(ran));
    assert.deepEqual([shown, sent.splice(0)], [1, ["POST /restart"]]);
    agrees = false;
    const given = await call(`mail of ${name}`);
    assert.ok(given.isError && /withdrawn/.test(JSON.stringify(given)), JSON.stringify(given));
    assert.deepEqual([shown, sent.splice(0)], [2, []]);
    await client.close();
    console.log(`ok      a held call over HTTP, TypeScript ${name}`);
  }
} finally {
  server.kill();
  api.close();
}
