package double

const one13 = 1
