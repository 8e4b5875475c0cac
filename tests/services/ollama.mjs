// Ollama's HTTP API, the part that packs/ollama.yaml asks for, over llama.cpp with a real model: only the words of the
// protocol are translated. Without streaming: the pack does not ask for it.
//
//     node ollama.mjs HOST PORT MODULES MODEL_FILE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [host, port, modules, file] = process.argv.slice(2);
const { getLlama, LlamaChatSession } = await import(
  pathToFileURL(createRequire(modules).resolve("node-llama-cpp")).href
);

const NAME = "smollm2:135m";
const bytes = readFileSync(file);
const DETAILS = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "134.52M",
  quantization_level: "Q4_1",
};
const MODEL = {
  name: NAME,
  model: NAME,
  size: bytes.length,
  digest: createHash("sha256").update(bytes).digest("hex"),
  details: DETAILS,
};

const llama = await getLlama({ gpu: false, build: "never", skipDownload: true });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: 1024, threads: 2 });

async function generate({ prompt = "", system, options = {} }) {
  const start = process.hrtime.bigint();
  const contextSequence = context.getSequence();
  const session = new LlamaChatSession({ contextSequence, systemPrompt: system, autoDisposeSequence: true });
  const { responseText, stopReason } = await session.promptWithMeta(prompt, {
    maxTokens: options.num_predict ?? 128,
    temperature: options.temperature ?? 0.8,
  });
  session.dispose();
  return {
    model: NAME,
    created_at: new Date().toISOString(),
    response: responseText,
    done: true,
    done_reason: stopReason === "maxTokens" ? "length" : "stop",
    context: [],
    total_duration: Number(process.hrtime.bigint() - start),
  };
}

async function answer(method, path, body) {
  const later = new Date(Date.now() + 300_000).toISOString();
  switch (`${method} ${path}`) {
    case "GET /api/version":
      return [200, { version: "0.12.0" }];
    case "GET /api/tags":
      return [200, { models: [{ ...MODEL, modified_at: new Date().toISOString() }] }];
    case "GET /api/ps":
      return [200, { models: [{ ...MODEL, expires_at: later, size_vram: 0, context_length: 1024 }] }];
    case "POST /api/show":
    case "POST /api/generate":
      break;
    default:
      return [404, { error: "404 page not found" }];
  }
  if (body.model !== NAME) {
    return [404, { error: `model '${body.model}' not found` }];
  }
  if (path === "/api/show") {
    return [200, { license: "Apache-2.0", details: DETAILS, capabilities: ["completion"] }];
  }
  if (body.stream !== false) {
    return [400, { error: "this adapter does not stream" }];
  }
  return [200, await generate(body)];
}

// One generation at a time: the context holds one sequence.
let turn = Promise.resolve();

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const work = turn.then(() => answer(request.method, request.url, JSON.parse(Buffer.concat(chunks).toString() || "{}")));
  turn = work.catch(() => {});
  const [status, body] = await work.catch((error) => [500, { error: String(error) }]);
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}).listen(Number(port), host);
