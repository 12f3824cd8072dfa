package double

const one3 = 1
