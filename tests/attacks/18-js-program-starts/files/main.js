require('child_process').spawnSync('/language/node', ['-v']);
