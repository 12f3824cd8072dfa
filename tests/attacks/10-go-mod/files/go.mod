module double

go 1.27

replace double => ../x
