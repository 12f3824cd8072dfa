const line = require('fs').readFileSync(0, 'utf8');
console.log(2 * Number(line));
