package double

const one4 = 1
