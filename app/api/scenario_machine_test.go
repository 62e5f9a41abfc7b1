package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/catalog"
	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// machine adds one that nothing fits on that fits elsewhere: other scenarios run beside this one.
func (s *stage) machine(t *testing.T, name string) catalog.MachineView {
	t.Helper()
	req := catalog.NewMachineRequest{Definition: "creality_cr10", MachineRequest: catalog.MachineRequest{Name: name, Overrides: []catalog.OverrideView{}}}
	return post[catalog.MachineView](t, s.admin.Client, "/api/machines", req)
}

func (s *stage) put(t *testing.T, path string, in, out any) error {
	t.Helper()
	return s.admin.JSON(t.Context(), http.MethodPut, path, in, out)
}

// Machines and their printers, as admins keep them.
var machineScenarios = map[string]scenario{
	"GET /api/machines": func(t *testing.T, s *stage) {
		v := get[catalog.MachinesView](t, s.helper.Client, "/api/machines")
		at := slices.IndexFunc(v.Machines, func(m catalog.MachineView) bool { return m.Active })
		if at != 0 || v.Machines[0].Bed.Width == 0 || v.Machines[0].Nozzle == 0 || len(v.Machines[0].Printers) == 0 || v.Currency != "AUD" || v.Machines[0].Broken != "" {
			t.Errorf("%+v", v)
		}
	},
	"GET /api/machines/definitions": func(t *testing.T, s *stage) {
		v := get[catalog.DefinitionsView](t, s.admin.Client, "/api/machines/definitions?q=prusa+mk3")
		at := slices.IndexFunc(v.Definitions, func(d catalog.DefinitionView) bool { return d.ID == "prusa_i3_mk3" })
		if at < 0 || v.Definitions[at].Bed.Width != 250 || v.Definitions[at].Nozzle != 0.4 || v.More {
			t.Errorf("%+v", v)
		}
		if all := get[catalog.DefinitionsView](t, s.admin.Client, "/api/machines/definitions"); len(all.Definitions) != 30 || !all.More {
			t.Errorf("%d, and more: %v", len(all.Definitions), all.More)
		}
	},
	"POST /api/machines": func(t *testing.T, s *stage) {
		m := s.machine(t, "Spare CR-10")
		if m.Bed.Width != 300 || m.Active || m.Version != 1 {
			t.Errorf("%+v", m)
		}
		for field, change := range map[string]func(*catalog.NewMachineRequest){
			"definition": func(r *catalog.NewMachineRequest) { r.Definition = "no_such_machine" },
			"name":       func(r *catalog.NewMachineRequest) { r.Name = "SPARE cr-10" },
			"overrides.1.key": func(r *catalog.NewMachineRequest) {
				r.Overrides = []catalog.OverrideView{{Key: "speed_print", Value: "40"}, {Key: "speed_print", Value: "50"}}
			},
			"overrides.2.key": func(r *catalog.NewMachineRequest) {
				r.Overrides = []catalog.OverrideView{{Key: "speed_print", Value: "40"}, {Key: "line_width", Value: "0.4"}, {Key: "line_widht", Value: "0.4"}}
			},
			"overrides.0.key": func(r *catalog.NewMachineRequest) { r.Overrides = []catalog.OverrideView{{Key: " ", Value: "40"}} },
			"overrides.1.value": func(r *catalog.NewMachineRequest) {
				r.Overrides = []catalog.OverrideView{{Key: "speed_print", Value: "40"}, {Key: "line_width", Value: "wide"}}
			},
		} {
			req := catalog.NewMachineRequest{Definition: "creality_cr10", MachineRequest: catalog.MachineRequest{Name: "Another for " + field, Overrides: []catalog.OverrideView{}}}
			change(&req)
			if _, err := apptest.Post[catalog.MachineView](t.Context(), s.admin.Client, "/api/machines", req); apptest.FieldOf(err) != field || apptest.StatusOf(err) != 422 {
				t.Errorf("%s: %v, at %q", field, err, apptest.FieldOf(err))
			}
		}
	},
	"PUT /api/machines/{id}": func(t *testing.T, s *stage) {
		m := s.machine(t, "To be changed")
		rate := shop.MustRate("4.5")
		req := catalog.ChangeMachineRequest{Version: m.Version, MachineRequest: catalog.MachineRequest{Name: "Changed", RatePerHour: &rate, Interchangeable: true, Overrides: []catalog.OverrideView{{Key: "machine_start_gcode", Value: "G28\nG1 Z5"}}}}
		var got catalog.MachineView
		if err := s.put(t, "/api/machines/"+m.ID, req, &got); err != nil || got.Name != "Changed" || got.RatePerHour == nil || !got.RatePerHour.Equal(rate) || !got.Interchangeable || len(got.Overrides) != 1 || got.Overrides[0].Value != "G28\nG1 Z5" || got.Version != 2 || got.ChangedBy == "" {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.put(t, "/api/machines/"+m.ID, req, nil); apptest.CodeOf(err) != "changed_meanwhile" || apptest.ChangedBy(err) == "" {
			t.Errorf("from an older page: %v", err)
		}
		if err := s.put(t, "/api/machines/"+shop.NewID(), req, nil); apptest.CodeOf(err) != "machine_not_found" {
			t.Errorf("one that there is not: %v", err)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			kept, err := tx.MachineClass(ctx, m.ID)
			if kept.Name != "Changed" || kept.Overrides["machine_start_gcode"] != "G28\nG1 Z5" || kept.Definition != "creality_cr10" {
				t.Errorf("kept %+v", kept)
			}
			return err
		})
		// The last one in use stays in use.
		v := get[catalog.MachinesView](t, s.admin.Client, "/api/machines")
		last := v.Machines[0]
		off := catalog.ChangeMachineRequest{Version: last.Version, MachineRequest: catalog.MachineRequest{Name: last.Name, Overrides: last.Overrides}}
		if err := s.put(t, "/api/machines/"+last.ID, off, nil); apptest.CodeOf(err) != "machine_last_active" || apptest.FieldOf(err) != "active" {
			t.Errorf("the last one: %v", err)
		}
	},
	"POST /api/printers": func(t *testing.T, s *stage) {
		m := s.machine(t, "For a printer")
		p := post[catalog.MachinePrinterView](t, s.admin.Client, "/api/printers", catalog.PrinterRequest{Name: "Hugo", MachineID: m.ID, Status: shop.PrinterOffline})
		v := get[job.ListView](t, s.helper.Client, "/api/jobs")
		if !slices.ContainsFunc(v.Printers, func(o job.PrinterView) bool {
			return o.ID == p.ID && o.MachineID == m.ID && o.Machine == m.Name && o.Status == shop.PrinterOffline
		}) {
			t.Errorf("%+v is not among %+v", p, v.Printers)
		}
		_, err := apptest.Post[catalog.MachinePrinterView](t.Context(), s.admin.Client, "/api/printers", catalog.PrinterRequest{Name: "hugo", MachineID: m.ID, Status: shop.PrinterOffline})
		if apptest.CodeOf(err) != "printer_name_taken" {
			t.Errorf("its name again: %v", err)
		}
	},
	"PUT /api/printers/{id}": func(t *testing.T, s *stage) {
		a, b := s.machine(t, "From here"), s.machine(t, "To there")
		p := post[catalog.MachinePrinterView](t, s.admin.Client, "/api/printers", catalog.PrinterRequest{Name: "Ida", MachineID: a.ID, Status: shop.PrinterOffline})
		req := catalog.ChangePrinterRequest{Version: p.Version, PrinterRequest: catalog.PrinterRequest{Name: "Ida the second", MachineID: b.ID, Status: shop.PrinterMaintenance}}
		var got catalog.MachinePrinterView
		if err := s.put(t, "/api/printers/"+p.ID, req, &got); err != nil || got.MachineID != b.ID || got.Name != "Ida the second" || got.Status != shop.PrinterMaintenance || got.Version != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.put(t, "/api/printers/"+p.ID, req, nil); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("from an older page: %v", err)
		}
	},
	"POST /api/printers/{id}/status": func(t *testing.T, s *stage) {
		m := s.machine(t, "With a broken one")
		p := post[catalog.MachinePrinterView](t, s.admin.Client, "/api/printers", catalog.PrinterRequest{Name: "Jo", MachineID: m.ID, Status: shop.PrinterOffline})
		at := "/api/printers/" + p.ID + "/status"
		if got := post[catalog.MachinePrinterView](t, s.helper.Client, at, catalog.PrinterStatusRequest{Status: shop.PrinterMaintenance, Version: p.Version}); got.Status != shop.PrinterMaintenance || !strings.Contains(got.ChangedBy, " ") {
			t.Errorf("%+v", got)
		}
		if _, err := apptest.Post[catalog.MachinePrinterView](t.Context(), s.helper.Client, "/api/printers/"+shop.NewID()+"/status", catalog.PrinterStatusRequest{Status: shop.PrinterOffline, Version: 1}); apptest.CodeOf(err) != "printer_not_found" {
			t.Errorf("one that there is not: %v", err)
		}
	},
}
