package main

import "strings"

// A World is a field of cells whose edges meet.
type World [][]bool

// NewWorld makes a world from lines where # is a living cell.
func NewWorld(lines ...string) World {
	world := make(World, len(lines))
	for y, line := range lines {
		for _, cell := range line {
			world[y] = append(world[y], cell == '#')
		}
	}
	return world
}

// neighbours counts the living cells around x, y.
func (w World) neighbours(x, y int) (count int) {
	height, width := len(w), len(w[y])
	for _, dy := range []int{height - 1, 0, 1} {
		for _, dx := range []int{width - 1, 0, 1} {
			itself := dx == 0 && dy == 0
			if !itself && w[(y+dy)%height][(x+dx)%width] {
				count++
			}
		}
	}
	return count
}

// Next returns the next generation; the world itself stays as it is.
func (w World) Next() World {
	next := make(World, len(w))
	for y, row := range w {
		next[y] = make([]bool, len(row))
		for x, alive := range row {
			n := w.neighbours(x, y)
			next[y][x] = n == 3 || alive && n == 2
		}
	}
	return next
}

// String draws the world with # and dots.
func (w World) String() string {
	var b strings.Builder
	for _, row := range w {
		for _, alive := range row {
			cell := byte('.')
			if alive {
				cell = '#'
			}
			b.WriteByte(cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
