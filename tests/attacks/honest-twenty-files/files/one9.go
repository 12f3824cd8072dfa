package double

const one9 = 1
