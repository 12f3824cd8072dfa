// The thread that reads the link. Each frame goes to the program as text, the end as null.

import net from "node:net";
import { workerData } from "node:worker_threads";

const { descriptor, maxFrame, port, arrived } = workerData;
let chunks = [];
let have = 0;

function tell(text) {
  port.postMessage(text);
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
}

/** The next `length` bytes after the first `skipped`, which are dropped. */
function take(skipped, length) {
  const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  chunks = [all.subarray(skipped + length)];
  have = chunks[0].length;
  return all.subarray(skipped, skipped + length);
}

function head() {
  if (chunks[0].length < 4) chunks = [Buffer.concat(chunks)];
  return chunks[0].readUInt32BE();
}

// Not by a blocking read: a process cannot end while a thread of it is in one.
const socket = new net.Socket({ fd: descriptor, readable: true, writable: false });
socket.on("data", (data) => {
  chunks.push(data);
  have += data.length;
  while (have >= 4) {
    const length = head();
    if (length > maxFrame) {
      socket.destroy();
      tell(null);
      return;
    }
    if (have < 4 + length) return;
    tell(take(4, length).toString());
  }
});
socket.on("end", () => tell(null));
socket.on("error", () => tell(null));
