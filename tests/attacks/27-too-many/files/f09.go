package double
