package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// checkWalls reports imports over a wall and packages without a row.
func checkWalls(files []*source, module string, walls []Wall) []string {
	var out []string
	missing := map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		i := slices.IndexFunc(walls, func(w Wall) bool { return fits(w.Pkg, f.pkg) })
		if i < 0 {
			if !missing[f.pkg] {
				out = append(out, f.pkg+" has no row in the import table: add one to internal/archtest/imports.go with its reason")
			}
			missing[f.pkg] = true
			continue
		}
		w := walls[i]
		for _, spec := range f.ast.Imports {
			p, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module+"/")
			if !ok {
				continue
			}
			if !in(w.May, p) || in(w.Not, p) {
				out = append(out, fmt.Sprintf("%s: %s may not import %s: %s", f.at(spec), f.pkg, p, w.Why))
			}
		}
	}
	return out
}

// checkLibraries reports third parties outside their packages.
func checkLibraries(files []*source, libs []Library) []string {
	var out []string
	for _, f := range files {
		for _, spec := range f.ast.Imports {
			p := strings.Trim(spec.Path.Value, `"`)
			for _, l := range libs {
				if p != l.Path && !strings.HasPrefix(p, l.Path+"/") && !strings.HasPrefix(p, l.Path+".") {
					continue
				}
				if l.Path == "log" && p != "log" {
					continue
				}
				if (!f.test || l.Tests) && !in(l.In, f.pkg) {
					out = append(out, fmt.Sprintf("%s: %s may not import %s: %s", f.at(spec), f.pkg, p, l.Why))
				}
			}
		}
	}
	return out
}

// checkFew reports third parties of packages that take few.
func checkFew(files []*source, module string, few map[string][]string) []string {
	var out []string
	for _, f := range files {
		may, bound := few[f.pkg]
		if !bound || f.test {
			continue
		}
		for _, spec := range f.ast.Imports {
			p := strings.Trim(spec.Path.Value, `"`)
			if p == module || strings.HasPrefix(p, module+"/") || !strings.Contains(strings.SplitN(p, "/", 2)[0], ".") {
				continue
			}
			if !slices.ContainsFunc(may, func(m string) bool { return p == m || strings.HasPrefix(p, m+"/") }) {
				out = append(out, fmt.Sprintf("%s: %s takes no third party but %v", f.at(spec), f.pkg, may))
			}
		}
	}
	return out
}

// checkBlank reports imports for effect.
func checkBlank(files []*source, allowed map[string]string) []string {
	var out []string
	for _, f := range files {
		for p, blank := range f.imports() {
			if _, ok := allowed[p]; blank && !ok && !f.test {
				out = append(out, fmt.Sprintf("%s: blank import of %s: registration is a function that returns a list", f.name, p))
			}
		}
	}
	slices.Sort(out)
	return out
}

// checkCalls reports calls that a package must not make.
func checkCalls(files []*source, calls []Call) []string {
	var out []string
	for _, f := range files {
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, c := range calls {
				if x.Name+"."+sel.Sel.Name == c.Fn && in(c.In, f.pkg) && !slices.Contains(c.But, f.name) {
					out = append(out, fmt.Sprintf("%s: %s in %s: %s", f.at(n), c.Fn, f.pkg, c.Why))
				}
			}
			return true
		})
	}
	return out
}

// checkInit reports init functions outside tests.
func checkInit(files []*source, allowed map[string]string) []string {
	var out []string
	for _, f := range files {
		if _, ok := allowed[f.name]; ok || f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				out = append(out, f.at(fn)+": init function: make a value where it is needed, or a sync.OnceValue")
			}
		}
	}
	return out
}

// checkLength reports long files that have no reason, and reasons for files
// that are short or gone.
func checkLength(files []*source, allowed map[string]string) []string {
	var out []string
	long := map[string]bool{}
	for _, f := range files {
		if f.test || f.lines <= maxLines {
			continue
		}
		long[f.name] = true
		if allowed[f.name] == "" {
			out = append(out, fmt.Sprintf("%s has %d lines: one idea, one file (at most %d)", f.name, f.lines, maxLines))
		}
	}
	for name := range allowed {
		if !long[name] {
			out = append(out, name+" is no longer long: remove it from longFiles")
		}
	}
	slices.Sort(out)
	return out
}

// checkGlobals reports assignments to package-level variables.
func checkGlobals(files []*source, allowed map[string]string) []string {
	globals := map[string]map[string]bool{} // package → variable
	for _, f := range files {
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if globals[f.pkg] == nil {
						globals[f.pkg] = map[string]bool{}
					}
					globals[f.pkg][id.Name] = true
				}
			}
		}
	}
	var out []string
	for _, f := range files {
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			local := localNames(fn)
			for _, target := range assigned(fn.Body) {
				id := rootIdent(target)
				if id == nil || !globals[f.pkg][id.Name] || local[id.Name] {
					continue
				}
				if _, ok := allowed[f.name+": "+id.Name]; !ok {
					out = append(out, fmt.Sprintf("%s: package variable %s is changed: keep state in a value that is passed", f.at(target), id.Name))
				}
			}
		}
	}
	return out
}

// assigned lists what a body assigns to, counts up, or deletes from.
func assigned(body ast.Node) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				out = append(out, s.Lhs...)
			}
		case *ast.IncDecStmt:
			out = append(out, s.X)
		case *ast.CallExpr:
			if id, ok := s.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") && len(s.Args) > 0 {
				out = append(out, s.Args[0])
			}
		}
		return true
	})
	return out
}

// rootIdent gives x of x, x.f, x[i], *x; nil for others.
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch t := e.(type) {
		case *ast.Ident:
			return t
		case *ast.SelectorExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		default:
			return nil
		}
	}
}

// localNames lists every name that a function declares, wherever in it.
func localNames(fn *ast.FuncDecl) map[string]bool {
	out := map[string]bool{}
	fields := func(l *ast.FieldList) {
		if l == nil {
			return
		}
		for _, f := range l.List {
			for _, id := range f.Names {
				out[id.Name] = true
			}
		}
	}
	fields(fn.Recv)
	ast.Inspect(fn, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.FuncType:
			fields(s.Params)
			fields(s.Results)
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, e := range s.Lhs {
					if id, ok := e.(*ast.Ident); ok {
						out[id.Name] = true
					}
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{s.Key, s.Value} {
				if id, ok := e.(*ast.Ident); ok && s.Tok == token.DEFINE {
					out[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, id := range s.Names {
				out[id.Name] = true
			}
		}
		return true
	})
	return out
}
