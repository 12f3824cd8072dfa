package double

const one11 = 1
