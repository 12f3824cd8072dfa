const fs = require("fs"), os = require("os"), path = require("path");

for (const folder of [".", "..", "/tmp", os.tmpdir(), "/dev/shm", "/work", "/build", "/"]) {
  try {
    console.log(folder, fs.readFileSync(path.join(folder, "note-for-the-next"), "utf8"));
  } catch (error) {
    console.log(folder, error.code);
  }
}
console.log(fs.readdirSync("/tmp"));
