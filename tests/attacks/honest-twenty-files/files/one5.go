package double

const one5 = 1
