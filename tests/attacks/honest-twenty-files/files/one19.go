package double

const one19 = 1
