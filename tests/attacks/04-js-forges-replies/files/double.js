import fs from "node:fs";

function forge(message) {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  fs.writeSync(3, Buffer.concat([head, body]));
}

export function double() {
  for (let i = 0; i < 100; i++) forge(["ok", i, 4, [], 0]);
  return 4;
}
