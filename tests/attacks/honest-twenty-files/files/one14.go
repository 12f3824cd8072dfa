package double

const one14 = 1
