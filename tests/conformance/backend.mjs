// backend.mjs ADDRESS PORT: what the tools of conformance.yaml ask.
import { createServer } from "node:http";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==";
const answers = {
  "/text": ["text/plain", "This is a simple text response for testing."],
  "/image": ["image/png", Buffer.from(PNG, "base64")],
  "/audio": ["audio/wav", Buffer.from(WAV, "base64")],
  "/slow": ["text/plain", "Done."],
};

createServer((request, response) => {
  const url = new URL(request.url, "http://backend");
  if (url.pathname === "/error") {
    response.writeHead(500, { "content-type": "text/plain" });
    response.end("This tool intentionally returns an error for testing");
    return;
  }
  if (url.pathname === "/structured") {
    const word = url.searchParams.get("word");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ word, length: word.length }));
    return;
  }
  const [type, body] = answers[url.pathname];
  setTimeout(
    () => {
      response.writeHead(200, { "content-type": type });
      response.end(body);
    },
    url.pathname === "/slow" ? 3500 : 0,
  );
}).listen(Number(process.argv[3]), process.argv[2]);
