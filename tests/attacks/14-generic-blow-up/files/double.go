package double

type P[A, B any] struct {
	a A
	b B
}

func f0[T any](x T) int { return 1 }
func f1[T any](x T) int { return f0(P[T, T]{x, x}) + f0(P[T, int]{x, 1}) }
func f2[T any](x T) int { return f1(P[T, T]{x, x}) + f1(P[T, int]{x, 1}) }
func f3[T any](x T) int { return f2(P[T, T]{x, x}) + f2(P[T, int]{x, 1}) }
func f4[T any](x T) int { return f3(P[T, T]{x, x}) + f3(P[T, int]{x, 1}) }
func f5[T any](x T) int { return f4(P[T, T]{x, x}) + f4(P[T, int]{x, 1}) }
func f6[T any](x T) int { return f5(P[T, T]{x, x}) + f5(P[T, int]{x, 1}) }
func f7[T any](x T) int { return f6(P[T, T]{x, x}) + f6(P[T, int]{x, 1}) }
func f8[T any](x T) int { return f7(P[T, T]{x, x}) + f7(P[T, int]{x, 1}) }
func f9[T any](x T) int { return f8(P[T, T]{x, x}) + f8(P[T, int]{x, 1}) }
func f10[T any](x T) int { return f9(P[T, T]{x, x}) + f9(P[T, int]{x, 1}) }
func f11[T any](x T) int { return f10(P[T, T]{x, x}) + f10(P[T, int]{x, 1}) }
func f12[T any](x T) int { return f11(P[T, T]{x, x}) + f11(P[T, int]{x, 1}) }
func f13[T any](x T) int { return f12(P[T, T]{x, x}) + f12(P[T, int]{x, 1}) }
func f14[T any](x T) int { return f13(P[T, T]{x, x}) + f13(P[T, int]{x, 1}) }
func f15[T any](x T) int { return f14(P[T, T]{x, x}) + f14(P[T, int]{x, 1}) }
func f16[T any](x T) int { return f15(P[T, T]{x, x}) + f15(P[T, int]{x, 1}) }
func f17[T any](x T) int { return f16(P[T, T]{x, x}) + f16(P[T, int]{x, 1}) }
func f18[T any](x T) int { return f17(P[T, T]{x, x}) + f17(P[T, int]{x, 1}) }
func f19[T any](x T) int { return f18(P[T, T]{x, x}) + f18(P[T, int]{x, 1}) }
func f20[T any](x T) int { return f19(P[T, T]{x, x}) + f19(P[T, int]{x, 1}) }
func f21[T any](x T) int { return f20(P[T, T]{x, x}) + f20(P[T, int]{x, 1}) }
func f22[T any](x T) int { return f21(P[T, T]{x, x}) + f21(P[T, int]{x, 1}) }
func f23[T any](x T) int { return f22(P[T, T]{x, x}) + f22(P[T, int]{x, 1}) }

func Double(n int) int { return f23(n) }
