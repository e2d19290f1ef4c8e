package codegen

// complexityRoot writes the struct of functions that say what a field costs.
func (e *emitter) complexityRoot() {
	e.p("// ComplexityRoot holds functions that say what a field costs, given the cost of what is selected below it.\ntype ComplexityRoot struct {\n")
	if !e.s.Options.OmitComplexity {
		for _, o := range e.s.Objects {
			e.p("%s struct {\n", o.GoName)
			e.eachCost(o, func(f *Field) {
				e.p("%s func(childComplexity int", f.GoName)
				for _, a := range f.Args {
					e.p(", %s %s", a.GoName, e.im.Type(a.Type.Declared()))
				}
				e.p(") int\n")
			})
			e.p("}\n")
		}
	}
	e.p("}\n\n")
}

// eachCost calls f with the fields of an object that have a function of their own: one for each Go name.
func (e *emitter) eachCost(o *Object, f func(*Field)) {
	seen := map[string]bool{}
	for _, field := range o.Fields {
		if !seen[field.GoName] {
			seen[field.GoName] = true
			f(field)
		}
	}
}

// complexity writes the method that finds the function of a field.
func (e *emitter) complexity() {
	e.p("// Complexity is the cost of a field by its function in the configuration, false when it has none.\n")
	e.p("func (e *executableSchema) Complexity(ctx context.Context, typeName, field string, child int, raw map[string]any) (int, bool) {\n")
	if e.s.Options.OmitComplexity {
		e.p("return 0, false\n}\n\n")
		return
	}
	e.p("c := &e.cfg.Complexity\nswitch typeName + \".\" + field {\n")
	for _, o := range e.s.Objects {
		for _, f := range o.Fields {
			e.p("case %q:\n", o.Name+"."+f.Name)
			if len(f.Args) == 0 {
				e.p("return exec.Cost(c.%s.%s, child)\n", o.GoName, f.GoName)
				continue
			}
			args, _ := e.argList(o.Name+"."+f.Name, f.Args)
			e.p("return exec.CostOf(ctx, c.%s.%s != nil, e.tables.%s(), raw, func(a *%s) int { return c.%s.%s(%s) })\n",
				o.GoName, f.GoName, args, args, o.GoName, f.GoName, callArgs("child", f.Args))
		}
	}
	e.p("}\nreturn 0, false\n}\n\n")
}
