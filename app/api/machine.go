package api

import (
	"context"

	"buildplate/app/catalog"
)

// machineHandlers are the machines and their printers.
type machineHandlers struct{ catalog *catalog.Service }

func (h machineHandlers) list(ctx context.Context, _ *nothing) (*reply[catalog.MachinesView], error) {
	return answer(h.catalog.Machines(ctx, actorOf(ctx)))
}

type definitionsRequest struct {
	Query string `query:"q" maxLength:"100" doc:"Words of the machine's name, its maker's or its identifier"`
}

func (h machineHandlers) definitions(ctx context.Context, in *definitionsRequest) (*reply[catalog.DefinitionsView], error) {
	return answer(h.catalog.Definitions(ctx, actorOf(ctx), in.Query))
}

type addMachineRequest struct{ Body catalog.NewMachineRequest }

func (h machineHandlers) add(ctx context.Context, in *addMachineRequest) (*reply[catalog.MachineView], error) {
	return answer(h.catalog.AddMachine(ctx, actorOf(ctx), in.Body))
}

type changeMachineRequest struct {
	ByID
	Body catalog.ChangeMachineRequest
}

func (h machineHandlers) change(ctx context.Context, in *changeMachineRequest) (*reply[catalog.MachineView], error) {
	return answer(h.catalog.ChangeMachine(ctx, actorOf(ctx), in.ID, in.Body))
}

type addPrinterRequest struct{ Body catalog.PrinterRequest }

func (h machineHandlers) addPrinter(ctx context.Context, in *addPrinterRequest) (*reply[catalog.MachinePrinterView], error) {
	return answer(h.catalog.AddPrinter(ctx, actorOf(ctx), in.Body))
}

type changePrinterRequest struct {
	ByID
	Body catalog.ChangePrinterRequest
}

func (h machineHandlers) changePrinter(ctx context.Context, in *changePrinterRequest) (*reply[catalog.MachinePrinterView], error) {
	return answer(h.catalog.ChangePrinter(ctx, actorOf(ctx), in.ID, in.Body))
}

type printerStatusRequest struct {
	ByID
	Body catalog.PrinterStatusRequest
}

func (h machineHandlers) setPrinter(ctx context.Context, in *printerStatusRequest) (*reply[catalog.MachinePrinterView], error) {
	return answer(h.catalog.SetPrinterStatus(ctx, actorOf(ctx), in.ID, in.Body))
}
