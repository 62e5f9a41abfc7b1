package order_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/catalog"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// A job is printed by the machine that it was sliced for. Another's printer takes it only where both machines are interchangeable, and
// stops taking it when one is not any more; its price stays.
func TestAJobIsPrintedByItsMachine(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	u := c.Employ("Grace", "grace@example.com", shop.RoleAdmin)
	who := shop.Actor{ID: u.ID, Name: u.Name, Email: u.Email, Role: shop.RoleAdmin}
	o := released(t, c)
	all, err := c.Catalog.Machines(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	own := all.Machines[0]
	if j := o.Jobs[0]; j.MachineID != own.ID || j.Machine != own.Name || j.AnyMachine {
		t.Fatalf("%+v", j)
	}
	other, err := c.Catalog.AddMachine(t.Context(), who, catalog.NewMachineRequest{Definition: "creality_cr10", MachineRequest: catalog.MachineRequest{Name: "Big", Active: true, Interchangeable: true}})
	if err != nil {
		t.Fatal(err)
	}
	bertha, err := c.Catalog.AddPrinter(t.Context(), who, catalog.PrinterRequest{Name: "Bertha", MachineID: other.ID, Status: shop.PrinterActive})
	if err != nil {
		t.Fatal(err)
	}
	move := func(to shop.JobState, printer string) error {
		_, err := c.Jobs.Move(t.Context(), who, o.Jobs[0].ID, job.MoveRequest{State: to, PrinterID: printer})
		return err
	}
	for _, to := range []shop.JobState{shop.JobInQueue, shop.JobPrinting} {
		if err := move(to, bertha.ID); !shop.IsCode(err, "printer_of_other_machine") || shop.FieldOf(err) != "printer_id" {
			t.Errorf("%s on another machine: %v", to, err)
		}
	}
	interchangeable := func(on bool) {
		t.Helper()
		req := catalog.ChangeMachineRequest{Version: own.Version, MachineRequest: catalog.MachineRequest{Name: own.Name, Active: true, Interchangeable: on}}
		if own, err = c.Catalog.ChangeMachine(t.Context(), who, own.ID, req); err != nil {
			t.Fatal(err)
		}
	}
	interchangeable(true)
	if err := move(shop.JobPrinting, bertha.ID); err != nil {
		t.Fatal(err)
	}
	// While it prints, its printer stays what it is.
	to := catalog.ChangePrinterRequest{Version: bertha.Version, PrinterRequest: catalog.PrinterRequest{Name: bertha.Name, MachineID: own.ID, Status: shop.PrinterActive}}
	if _, err := c.Catalog.ChangePrinter(t.Context(), who, bertha.ID, to); !shop.IsCode(err, "printer_printing") {
		t.Errorf("another machine while it prints: %v", err)
	}
	if err := move(shop.JobPaused, ""); err != nil {
		t.Fatal(err)
	}
	interchangeable(false)
	if err := move(shop.JobPrinting, ""); !shop.IsCode(err, "printer_of_other_machine") {
		t.Errorf("they are not interchangeable any more: %v", err)
	}
	if err := move(shop.JobPrinting, own.Printers[0].ID); err != nil {
		t.Errorf("its own: %v", err)
	}
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Order(ctx, o.ID)
		if now.Price.Total != o.Price.Total {
			t.Errorf("it costs %s, and %s before", now.Price.Total, o.Price.Total)
		}
		return err
	})
}
