package double

const one2 = 1
