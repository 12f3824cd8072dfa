// Drawing the Mandelbrot set
//
// The playground shows a line that begins with IMAGE: and goes on with a PNG in Base64 as
// a picture. Each colour says after how many steps a point has run away.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

const (
	width, height = 192, 128
	steps         = 64
)

// escape returns after how many steps z = z² + c leaves the circle of radius 2.
func escape(cx, cy float64) int {
	x, y := 0.0, 0.0
	for n := range steps {
		// The conversions round each product, so that all processors draw the same.
		xx, yy, xy := float64(x*x), float64(y*y), float64(x*y)
		if xx+yy > 4 {
			return n
		}
		x, y = xx-yy+cx, xy+xy+cy
	}
	return steps
}

func main() {
	palette := color.Palette{color.Black}
	for i := range 15 {
		shade := uint8(17 * (i + 1))
		palette = append(palette, color.RGBA{R: shade / 3, G: shade / 2, B: shade, A: 255})
	}

	picture := image.NewPaletted(image.Rect(0, 0, width, height), palette)
	for py := range height {
		for px := range width {
			// 64 pixels are one unit of the plane; its left upper corner is (-2.125, -1).
			n := escape(float64(px-136)/64, float64(py-64)/64)
			if n < steps {
				picture.SetColorIndex(px, py, uint8(1+n%15))
			}
		}
	}

	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println("IMAGE:" + base64.StdEncoding.EncodeToString(b.Bytes()))
}
