package double

const one6 = 1
