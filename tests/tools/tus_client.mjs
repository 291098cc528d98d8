// The upload library of the app, in Node: node tus_client.mjs '<what to do, as JSON>'. Prints what became of it, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../pwa/package.json", import.meta.url));
const tus = require("tus-js-client");
const todo = JSON.parse(process.argv[2]);
const sent = { POST: 0, HEAD: 0, PATCH: 0 };

const upload = new tus.Upload(readFileSync(todo.file), {
  endpoint: todo.endpoint,
  ...(todo.known ? { uploadUrl: `${todo.endpoint}/${todo.name}` } : {}),
  ...(todo.along ? { uploadDataDuringCreation: true } : {}),
  chunkSize: todo.part,
  retryDelays: Array.from({ length: 200 }, () => 50),
  metadata: { name: todo.name, type: "image/png" },
  headers: { "Ben-Device": String(todo.device), Cookie: todo.cookie },
  onBeforeRequest: (request) => {
    sent[request.getMethod()] += 1;
  },
  onError: (error) => {
    const answer = error.originalResponse;
    console.log(JSON.stringify({ ended: "refused", status: answer?.getStatus() ?? 0, body: answer?.getBody() ?? "", sent }));
  },
  onSuccess: () => console.log(JSON.stringify({ ended: "whole", url: upload.url, sent })),
});
upload.start();
