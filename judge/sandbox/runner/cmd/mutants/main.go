// Mutants prints small wrong versions of a Go file: `mutants FILE`. Each is the file with one
// change to its syntax tree, and most of them compile. tests/equivalence grades them.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"strconv"
)

// A mutant is a changed file.
type mutant struct {
	Line int    `json:"line"`
	What string `json:"what"`
	Text string `json:"text"`
}

// others are the operators that take an operator's place: another meaning, or a boundary.
var others = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.ADD, token.QUO: token.MUL, token.REM: token.QUO,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.AND: token.OR, token.OR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
}

type mutator struct {
	fset *token.FileSet
	file *ast.File
	all  []mutant
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string) error {
	m := &mutator{fset: token.NewFileSet()}
	var err error
	// Without comments: those that are left over would end up in odd places.
	if m.file, err = parser.ParseFile(m.fset, name, nil, parser.SkipObjectResolution); err != nil {
		return err
	}
	for _, decl := range m.file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			m.function(f)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(m.all)
}

// take notes the file as it is after do; undo makes it what it was.
func (m *mutator) take(at ast.Node, what string, do, undo func()) {
	line := m.fset.Position(at.Pos()).Line
	do()
	defer undo()
	var text bytes.Buffer
	if err := format.Node(&text, m.fset, m.file); err == nil {
		m.all = append(m.all, mutant{line, what, text.String()})
	}
}

func (m *mutator) function(f *ast.FuncDecl) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // its returns are not those of f
		case *ast.ReturnStmt:
			m.zero(n, f.Type.Results)
		}
		return true
	})
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if other, ok := others[n.Op]; ok {
				was := n.Op
				m.take(n, fmt.Sprintf("%s becomes %s", was, other), func() { n.Op = other }, func() { n.Op = was })
			}
		case *ast.BasicLit:
			if value, err := strconv.ParseInt(n.Value, 0, 32); err == nil && n.Kind == token.INT {
				was := n.Value
				m.take(n, was+" becomes "+strconv.FormatInt(value+1, 10), func() { n.Value = strconv.FormatInt(value+1, 10) }, func() { n.Value = was })
			}
		case *ast.IfStmt:
			was := n.Cond
			m.take(n, "a condition is negated", func() { n.Cond = &ast.UnaryExpr{Op: token.NOT, X: &ast.ParenExpr{X: was}} }, func() { n.Cond = was })
		case *ast.BlockStmt:
			m.statements(n)
		}
		return true
	})
}

// statements deletes one statement after the other.
func (m *mutator) statements(block *ast.BlockStmt) {
	for i, s := range block.List {
		switch s := s.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.BranchStmt:
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				continue
			}
		default:
			continue
		}
		m.take(s, "a statement is deleted", func() { block.List[i] = &ast.EmptyStmt{} }, func() { block.List[i] = s })
	}
}

// zero returns zero values.
func (m *mutator) zero(s *ast.ReturnStmt, results *ast.FieldList) {
	if results == nil || len(s.Results) == 0 {
		return
	}
	var list []ast.Expr
	for _, field := range results.List {
		for range max(1, len(field.Names)) {
			list = append(list, &ast.StarExpr{X: &ast.CallExpr{Fun: ast.NewIdent("new"), Args: []ast.Expr{field.Type}}})
		}
	}
	was := s.Results
	m.take(s, "zero values are returned", func() { s.Results = list }, func() { s.Results = was })
}
