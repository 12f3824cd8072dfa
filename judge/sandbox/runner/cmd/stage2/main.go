// Stage2 is the program that becomes the program to run; see package box.
package main

import "judge/runner/internal/box/stage2"

func main() { stage2.Main() }
