// Embedding lends fields and methods
//
// A Robot has a Log inside and can be asked for the Log's methods directly. Notice that
// a method of its own goes first, and that the lent one is still there by its full name.
package main

import (
	"fmt"
	"strings"
)

// A Log remembers lines.
type Log struct{ lines []string }

// Add remembers one more line.
func (l *Log) Add(line string) { l.lines = append(l.lines, line) }

// Report returns all lines in one.
func (l *Log) Report() string { return strings.Join(l.lines, "; ") }

// A Position is a place on a grid.
type Position struct{ X, Y int }

// A Robot walks about and remembers it.
type Robot struct {
	Log
	Position
	Name string
}

// Move takes the robot further and logs it.
func (r *Robot) Move(dx, dy int) {
	r.X += dx // short for r.Position.X
	r.Y += dy
	r.Add(fmt.Sprintf("at (%d,%d)", r.X, r.Y))
}

// Report puts the name in front of the log's report.
func (r *Robot) Report() string { return r.Name + ": " + r.Log.Report() }

// A reporter is what has something to report: *Log and *Robot both are.
type reporter interface{ Report() string }

func main() {
	robot := &Robot{Name: "Rob"}
	robot.Move(2, 0)
	robot.Move(0, 3)
	robot.Add("battery low")

	for _, r := range []reporter{robot, &robot.Log} {
		fmt.Println(r.Report())
	}
	fmt.Println(robot.Position)
}
