package double

const one1 = 1
