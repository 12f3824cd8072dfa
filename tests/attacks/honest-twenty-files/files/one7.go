package double

const one7 = 1
