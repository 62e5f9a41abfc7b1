package shop_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
)

// declaredVerbs are the constants of verb.go, by name.
func declaredVerbs(t *testing.T) map[string]shop.Verb {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "verb.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]shop.Verb{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && named(spec.Type, true) == "Verb" {
			code, _ := literal(spec.Values[0])
			found[spec.Names[0].Name] = shop.Verb(code)
		}
		return true
	})
	return found
}

// full params say all that any sentence is made of.
var full = shop.ActivityParams{
	Message: "It was so.", Order: "ORD-1001", Name: "Ben", Was: "Benjamin", Role: shop.RoleAdmin, Reason: "As agreed.", Amount: 1500, Currency: "AUD", Of: 1502,
	Method: shop.ByCash, Reference: "pi_1", Checkout: shop.CheckoutExpired, From: shop.JobPrinting, To: shop.JobPrintingComplete, Good: 2, Failed: 1, WasGood: 3, Copies: 3, Owed: 1, Printer: "Ada", Files: 512,
	FilesDeleted: true, PoseReset: true, Made: "PETG, White, 0.20 mm layers, 20 % infill", Ordered: "PLA, Black, 0.20 mm layers, 20 % infill", LeftOut: []string{"a.stl", "b.stl"}, Task: "clean.carts",
	Changes: []shop.Change{{Field: "phone"}, {Field: "lead_days", From: "2", To: "3"}, {Field: shop.ChangedMaterial, Name: "PLA", From: "$0.08", To: "$0.09"}},
}

// variants are of verbs that read otherwise when something else is so.
var variants = map[shop.Verb][]func(p *shop.ActivityParams){
	shop.VerbNoted: {
		func(p *shop.ActivityParams) { p.Message = "clip.stl: queued → printing_complete. 2 of 3 failed." },
		func(p *shop.ActivityParams) { p.Message = "a: b.stl: packaging → in_queue." },
	},
	shop.VerbOrderPlaced: {
		func(p *shop.ActivityParams) { p.Reason, p.LeftOut = "", nil },
		func(p *shop.ActivityParams) { p.Amount, p.Reason, p.LeftOut = 0, "", nil },
	},
	shop.VerbOrderHandedOver: {
		func(p *shop.ActivityParams) { p.Copies, p.Reason = 1, "" },
		func(p *shop.ActivityParams) { p.Name = "" }, // of before handovers were written down
	},
	shop.VerbModelHeld:  {func(p *shop.ActivityParams) { p.Name = "vase.stl, pot.stl" }},
	shop.VerbHoldLifted: {func(p *shop.ActivityParams) { p.Reason = "the customer called, and pays on Friday" }},
	shop.VerbMessageChanged: {
		func(p *shop.ActivityParams) { p.Was = "" },
		func(p *shop.ActivityParams) { p.Name = "" },
	},
	shop.VerbOrderCancelled: {func(p *shop.ActivityParams) { p.Reason = "no more black" }},
	shop.VerbItemLeftOut:    {func(p *shop.ActivityParams) { p.Amount = 0 }},
	shop.VerbRestCancelled:  {func(p *shop.ActivityParams) { p.Reason = "no more black" }},
	shop.VerbOrderApproved:  {func(p *shop.ActivityParams) { p.Reason = "" }},
	shop.VerbOrderRefused:   {func(p *shop.ActivityParams) { p.FilesDeleted = false }},
	shop.VerbOrderReleased:  {func(p *shop.ActivityParams) { p.Reason = "" }},
	shop.VerbModelReplaced:  {func(p *shop.ActivityParams) { p.Amount = 0 }, func(p *shop.ActivityParams) { p.PoseReset = false }, func(p *shop.ActivityParams) { p.Ordered, p.Reason = "", "" }, func(p *shop.ActivityParams) { p.Made, p.Ordered, p.Reason = "", "", "" }},
	shop.VerbJobMoved: {
		func(p *shop.ActivityParams) { p.Failed = 0 },
		func(p *shop.ActivityParams) { p.From, p.To = shop.JobQueued, shop.JobPreProcessing },
		func(p *shop.ActivityParams) { p.From, p.To = shop.JobPreProcessing, shop.JobInQueue },
		func(p *shop.ActivityParams) { p.From, p.To = shop.JobPackaging, shop.JobInQueue },
		func(p *shop.ActivityParams) { p.From, p.To = shop.JobInQueue, shop.JobPrinting },
		func(p *shop.ActivityParams) { p.From, p.To, p.Printer = shop.JobPaused, shop.JobPrinting, "" },
		func(p *shop.ActivityParams) { p.To = shop.JobPaused },
		func(p *shop.ActivityParams) { p.To = shop.JobPostProcessing },
		func(p *shop.ActivityParams) { p.To = shop.JobPackaging },
		func(p *shop.ActivityParams) { p.To = shop.JobReadyToCollect },
		func(p *shop.ActivityParams) { p.To, p.Shelf = shop.JobReadyToCollect, "B3" },
		func(p *shop.ActivityParams) { p.To = "SHIPPED" },
		func(p *shop.ActivityParams) { p.To = shop.JobCompleted },
		func(p *shop.ActivityParams) { p.To = shop.JobCancelled },
		func(p *shop.ActivityParams) { p.To = shop.JobQueued },
	},
	shop.VerbJobMoveUndone: {func(p *shop.ActivityParams) { p.From, p.To = shop.JobInQueue, shop.JobQueued }},
	shop.VerbAttemptRecorded: {
		func(p *shop.ActivityParams) { p.Reason = "" },
		func(p *shop.ActivityParams) { p.Failed, p.Owed, p.Reason = 0, 0, "" },
		func(p *shop.ActivityParams) { p.Good, p.Failed, p.Owed, p.Reason, p.Printer = 1, 0, 0, "", "" },
	},
	shop.VerbAttemptCorrected: {
		func(p *shop.ActivityParams) { p.Good, p.Failed, p.WasGood, p.WasFailed, p.Owed = 3, 0, 2, 1, 0 },
	},
	shop.VerbMethodChosen: {
		func(p *shop.ActivityParams) { p.Method = shop.ByTransfer },
		func(p *shop.ActivityParams) { p.Method = shop.AtPickup },
		func(p *shop.ActivityParams) { p.Method = shop.ByCard },
	},
	shop.VerbPaymentRecorded:   {func(p *shop.ActivityParams) { p.Method, p.Of = shop.ByTransfer, 0 }},
	shop.VerbPaymentMismatched: {func(p *shop.ActivityParams) { p.OfCurrency = "CHF" }},
	shop.VerbSettingsChanged:   {func(p *shop.ActivityParams) { p.Changes = nil }},
	shop.VerbMachineChanged: {
		func(p *shop.ActivityParams) {
			p.Changes = []shop.Change{{Field: "machine.name", From: "Ender-3", To: "Ender"}, {Field: "machine.rate_per_hour", From: "the shop’s", To: "$4.00"}, {Field: "machine.setting", Name: "layer_height", From: "as the profile", To: "0.3"}}
		},
	},
	shop.VerbPrinterChanged: {
		func(p *shop.ActivityParams) {
			p.Changes = []shop.Change{{Field: "printer.status", From: "in use", To: "offline"}}
		},
	},
	shop.VerbUserInvited: {func(p *shop.ActivityParams) { p.Role = shop.RoleStaff }},
	shop.VerbUserEdited: {
		func(p *shop.ActivityParams) { p.Role = "" },
		func(p *shop.ActivityParams) { p.Was = "" },
	},
}

// Every verb is past tense in the form of a code, is unlike the others, has an object and a sentence, and is written
// somewhere. The list of them all, with what staff read, is kept.
func TestVerbsAreKept(t *testing.T) {
	verbs := declaredVerbs(t)
	if len(verbs) < 40 {
		t.Fatalf("only %d verbs were found", len(verbs))
	}
	written := map[string]bool{"VerbNoted": true} // by the migration alone
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`shop\.(Verb\w+)`).FindAllStringSubmatch(string(text), -1) {
			written[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[shop.Verb]string{}
	var list []string
	for name, verb := range verbs {
		if !wellFormed.MatchString(string(verb)) || codes[verb] != "" || !written[name] {
			t.Errorf("%s (%q, like %q) is no code of its own, or nobody writes it", name, verb, codes[verb])
		}
		codes[verb] = name
		act := shop.System("cron").Activity(verb, "x", full)
		if act.ObjectKind == "" {
			t.Errorf("%s has no sentence", name)
		}
		entry := fmt.Sprintf("%s (%s)\n", verb, act.ObjectKind)
		for _, change := range append([]func(*shop.ActivityParams){func(*shop.ActivityParams) {}}, variants[verb]...) {
			act.Params = full
			change(&act.Params)
			entry += "\t" + act.Message() + "\n"
		}
		list = append(list, entry)
	}
	slices.Sort(list)
	golden := filepath.Join("testdata", "verbs.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(list, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != strings.Join(list, "") {
		t.Errorf("%s is stale: look at what changed, then run go test ./app/shop -update", golden)
	}
	if act := (shop.Actor{}).Activity("flown", "x", full); act.ObjectKind != "" || act.Message() == "" {
		t.Errorf("a verb of another version: %+v", act)
	}
}
