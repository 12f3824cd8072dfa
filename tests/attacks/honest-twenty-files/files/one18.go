package double

const one18 = 1
