// The TypeScript SDKs: sdk.mjs MODULES SDK AGENT TOOLS TOOL ARGUMENTS EXPECTED
// SDK: 1, 2-legacy, 2-auto. MODULES: the folder they are installed in. Fails by an exception.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, sdk, agent, tools, tool, json, expected] = process.argv.slice(2);
const { resolve } = createRequire(modules);
const load = (name) => import(pathToFileURL(resolve(name)).href);
const args = JSON.parse(json);
const text = (result) => result.content.map((block) => block.text).join("");

const info = { name: "heddle-tests", version: "1" };
const isHttp = agent.startsWith("http");
let client, Transport;
if (sdk === "1") {
  const { Client } = await load("@modelcontextprotocol/sdk/client/index.js");
  Transport = isHttp
    ? (await load("@modelcontextprotocol/sdk/client/streamableHttp.js")).StreamableHTTPClientTransport
    : (await load("@modelcontextprotocol/sdk/client/stdio.js")).StdioClientTransport;
  client = new Client(info, { capabilities: {} });
} else {
  const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
  Transport = isHttp
    ? StreamableHTTPClientTransport
    : (await load("@modelcontextprotocol/client/stdio")).StdioClientTransport;
  client = new Client(info, { capabilities: {}, versionNegotiation: { mode: sdk.slice(2) } });
}

const env = { HEDDLE_HOME: process.env.HEDDLE_HOME };
const headers = { Authorization: `Bearer ${process.env.MCP_TOKEN}` };
await client.connect(
  isHttp
    ? new Transport(new URL(agent), { requestInit: { headers } })
    : new Transport({ command: agent, args: [], env, stderr: "inherit" }),
);
const { tools: listed } = await client.listTools();
assert.equal(listed.map((one) => one.name).join(","), tools);
assert.ok(listed.every((one) => one.inputSchema.type === "object"));

const result = await client.callTool({ name: tool, arguments: args });
assert.ok(!result.isError && text(result).includes(expected), JSON.stringify(result));
const wrong = await client.callTool({ name: tool, arguments: { no_such_argument: { deep: [1] } } });
assert.ok(wrong.isError, JSON.stringify(wrong));
await assert.rejects(client.callTool({ name: "no_such_tool", arguments: {} }), (error) => error.code === -32602);

const calls = Array.from({ length: 20 }, () => client.callTool({ name: tool, arguments: args }));
const results = await Promise.all(calls);
assert.ok(results.every((one) => !one.isError));
await client.close();
