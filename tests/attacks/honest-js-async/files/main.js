const lines = [];
process.stdin.on("data", (chunk) => lines.push(chunk));
process.stdin.on("end", async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(2 * Number(Buffer.concat(lines).toString()));
});
