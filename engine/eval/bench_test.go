package eval

import "testing"

func benchmarkRun(b *testing.B, src string, want Type) {
	p, err := Compile(src, luna, want)
	if err != nil {
		b.Fatal(err.Message)
	}
	var v Values = kept{"semana": IntOf(300), "ciudad": TextOf("Bogotá"), "plan": ChoiceOf("total")}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Run(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkComparison(b *testing.B) { benchmarkRun(b, "semana >= 37", Bool) }
func BenchmarkChoice(b *testing.B)     { benchmarkRun(b, `plan == "total"`, Bool) }
func BenchmarkAssignment(b *testing.B) { benchmarkRun(b, "min(semana + 1, 42)", Integer) }
func BenchmarkConditions(b *testing.B) {
	benchmarkRun(b, `semana >= 37 and known(plan) and plan in ["basico", "total"] or hijos > 3`, Bool)
}

func BenchmarkRender(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"literal", "Listo, no te escribiremos más."},
		{"names", `Semana {semana}: descansa, {nombre ?? "amiga"}.`},
		{"expression", "Semana {semana + 1}: descansa."},
	} {
		b.Run(c.name, func(b *testing.B) {
			w, err := CompileText(c.src, luna)
			if err != nil {
				b.Fatal(err.Message)
			}
			var v Values = ana
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Render(v, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile("min(semana + 1, 42)", luna, Integer); err != nil {
			b.Fatal(err)
		}
	}
}
