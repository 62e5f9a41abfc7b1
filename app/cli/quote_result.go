package cli

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"buildplate/app/shop"
)

// quotePrice is one part's price in cents.
type quotePrice struct {
	Material shop.Cents `json:"material"` // supports included
	Machine  shop.Cents `json:"machine"`
	Plates   shop.Cents `json:"plates"`
	Setup    shop.Cents `json:"setup"`
	Total    shop.Cents `json:"total"`
}

// quoteResult is the whole quote; the total has the minimum order in it and is of the parts that could be priced.
type quoteResult struct {
	Parts    []*quotePart    `json:"parts"`
	Rows     []shop.PriceRow `json:"rows"`
	Total    shop.Cents      `json:"total"`
	Currency string          `json:"currency"`
	Engine   string          `json:"engine"` // the one chosen, with its version
}

// print writes a table for people: a line for each part, and what is to be said about it indented below.
func (r quoteResult) print(w io.Writer) error {
	var table bytes.Buffer
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, p := range r.Parts {
		if p.Error != "" {
			fmt.Fprintf(t, "%s\tnot priced\t\t\t\n", p.File)
			continue
		}
		fmt.Fprintf(t, "%s\t%.1f × %.1f × %.1f mm\t%s\t%.1f g\t%s\n", p.File, p.SizeMM[0], p.SizeMM[1], p.SizeMM[2], hours(p.Seconds), p.Grams+p.SupportGrams, p.Price.Total)
	}
	for _, row := range r.Rows {
		if row.Kind != shop.RowPart {
			fmt.Fprintf(t, "%s\t\t\t\t%s\n", row.Label, row.Amount)
		}
	}
	fmt.Fprintf(t, "Total, %s\t\t\t\t%s\n", r.Currency, r.Total)
	if err := t.Flush(); err != nil {
		return err
	}
	var out strings.Builder
	i := 0
	for line := range strings.Lines(table.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
		if i < len(r.Parts) {
			r.Parts[i].remarks(&out)
		}
		i++
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (p *quotePart) remarks(out *strings.Builder) {
	for _, message := range append([]string{p.Error, p.platesInWords()}, p.Warnings...) {
		if message != "" {
			out.WriteString("  " + message + "\n")
		}
	}
}

// hours says a printing time as people do, to the minute.
func hours(seconds float64) string {
	minutes := int(math.Round(seconds / 60))
	if minutes < 60 {
		return fmt.Sprintf("%d min", max(minutes, 1))
	}
	return fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
}
