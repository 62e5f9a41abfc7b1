package cart

import (
	"context"
	"fmt"
	"slices"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// View is what a visitor has uploaded, with its prices. Lists are never null.
type View struct {
	Parts         []PartView                 `json:"parts"`
	Machines      []catalog.PrinterClassView `json:"machines" doc:"Those that its parts are on, the smallest first"`
	Price         *shop.Price                `json:"price,omitempty" doc:"Absent for an empty cart. What each part costs stands with the part, and not here"`
	Ready         *shop.Ready                `json:"ready,omitempty"`
	CanPay        bool                       `json:"can_pay" doc:"Every part is accepted, sliced, sound and within the shop's limits"`
	Busy          bool                       `json:"busy" doc:"Something is being inspected or sliced"`
	ReviewReasons []string                   `json:"review_reasons"`
	Order         *OrderedView               `json:"order,omitempty" doc:"Set once this cart was ordered"`
	Version       int64                      `json:"version" doc:"Grows with every change"`
}

// OrderedView leads from a cart to the order it became.
type OrderedView struct {
	Number string `json:"number"`
	URL    string `json:"url"`
}

// ShownState is a part's state as its page tells it: the stored one, or what is known of it besides.
type ShownState string

// A queued part whose slice has begun, and one that the shop refused for good, whatever it was before.
const (
	ShownSlicing     ShownState = "slicing"
	ShownNotAccepted ShownState = "not_accepted"
)

// PartView is one file of a cart: how far it is, what was chosen for it, what it costs.
type PartView struct {
	ID            string                `json:"id"`
	Name          string                `json:"name"`
	UploadID      string                `json:"upload_id,omitempty" doc:"The upload that it came with; absent for a link, and for one more of another part's model"`
	Bytes         int64                 `json:"bytes" doc:"Of its file; of one of several in an archive, of its triangles, and 0 before they are read"`
	Kind          string                `json:"kind" enum:"model,review_file"`
	State         ShownState            `json:"state" enum:"inspecting,needs_units,queued,slicing,sliced,failed,review,not_accepted" doc:"not_accepted: it was refused for good, counts for nothing, and nothing is ordered before it is taken out"`
	Message       string                `json:"message,omitempty" doc:"What is wrong and what to do"`
	RefusedModel  *RefusedModelView     `json:"refused_model,omitempty" doc:"Why it is not accepted; for staff"`
	Choices       shop.Choices          `json:"choices"`
	Pose          *shop.Pose            `json:"pose,omitempty" doc:"How the model is turned from how its mesh has it; absent: not at all"`
	UnitAnswered  bool                  `json:"unit_answered"`
	Converted     *slice.Conversion     `json:"converted,omitempty" doc:"How the model was made of the STEP file that came; absent for a file that is a mesh itself"`
	PrintAnyway   bool                  `json:"print_anyway" doc:"It is to be printed though its surface is not closed, without a review of that"`
	UnitQuestion  *UnitQuestionView     `json:"unit_question,omitempty"`
	Inspection    *slice.InspectionView `json:"inspection,omitempty"`
	Fits          bool                  `json:"fits"`
	FitMessage    string                `json:"fit_message,omitempty"`
	MachineID     string                `json:"machine_id" doc:"The machine that it is sliced for, or would be"`
	MeshURL       string                `json:"mesh_url,omitempty" doc:"Binary STL in mm, Z up, as its file has it, centred on the bed's middle, standing on z = 0"`
	ThumbnailURL  string                `json:"thumbnail_url,omitempty" doc:"A picture of the model as it lies, grey on nothing: a PNG of 256 x 256 pixels. Absent where there is none, or not yet"`
	LayersURL     string                `json:"layers_url,omitempty" doc:"What is extruded for its first plate, layer by layer, once it is sliced"`
	Progress      *float64              `json:"progress,omitempty" doc:"0 to 1 while slicing"`
	QueuePosition int                   `json:"queue_position,omitempty" doc:"1 is next"`
	Price         *shop.PartPrice       `json:"price,omitempty"`
	Result        *SliceView            `json:"result,omitempty"`
	Plates        []PlateView           `json:"plates" doc:"Once it is sliced: what its copies are made on, the full plate first"`
	Spread        bool                  `json:"spread,omitempty" doc:"More copies would fit on a plate than one run can make in its time"`
	OtherPoses    int                   `json:"other_poses,omitempty" doc:"In how many other poses it was sliced ahead, so that they can be compared"`
	ReviewReasons []string              `json:"review_reasons"`
	FromCache     bool                  `json:"from_cache,omitempty"`
}

// UnitQuestionView asks in which unit a file was drawn; the answer is a change of the part's unit.
type UnitQuestionView struct {
	Options []UnitOptionView `json:"options"`
}

// UnitOptionView says how large the part would be in one unit.
type UnitOptionView struct {
	Unit      shop.Unit  `json:"unit" enum:"mm,inch,m"`
	SizeMM    [3]float64 `json:"size_mm"`
	LongestMM float64    `json:"longest_mm"`
	Message   string     `json:"message"`
}

// PlateView is copies that are made in one run, or in several alike.
type PlateView struct {
	Runs      int      `json:"runs"`
	Copies    int      `json:"copies" doc:"In one run"`
	Seconds   float64  `json:"seconds" doc:"Of one run"`
	Layers    int      `json:"layers"`
	Grams     *float64 `json:"grams,omitempty" doc:"Of one run, with supports; only if the shop shows its rates"`
	LayersURL string   `json:"layers_url,omitempty"`
}

// SliceView is what slicing the plates of a part found: the sums of all its runs, and the layers of its first plate. Grams are shown only if the shop shows its rates.
type SliceView struct {
	Seconds      float64  `json:"seconds"`
	Layers       int      `json:"layers"`
	Grams        *float64 `json:"grams,omitempty"`
	SupportGrams *float64 `json:"support_grams,omitempty"`
	SupportsUsed bool     `json:"supports_used"`
	Engine       string   `json:"engine"`
}

// PriceView is a cart's price for one way of delivery, and how it may be paid.
type PriceView struct {
	Price          shop.Price           `json:"price"`
	Ready          shop.Ready           `json:"ready"`
	CanPay         bool                 `json:"can_pay"`
	ReviewReasons  []string             `json:"review_reasons"`
	PaymentMethods []shop.PaymentMethod `json:"payment_methods" enum:"card,transfer,pickup"`
	PayAgreed      bool                 `json:"pay_agreed" doc:"Nothing on the order’s page pays it: how it is paid is said there once it was looked at"`
}

// platesView shows what the plates of a part take.
func (s *Service) platesView(v *PartView, p PricedPart, set shop.Settings) {
	first := p.Plates[0].Slice.Facts
	v.Result = &SliceView{Seconds: p.Facts.Seconds, Layers: first.Layers, SupportsUsed: first.SupportsUsed, Engine: first.Engine}
	if set.ShowRates {
		v.Result.Grams, v.Result.SupportGrams = &p.Facts.Grams, &p.Facts.SupportGrams
	}
	v.Spread = p.Most > 0 && p.Most < p.Choices.Copies && p.Plates[0].Copies == p.Most
	for i, plate := range p.Plates {
		pv := PlateView{Runs: plate.Runs, Copies: plate.Copies, Seconds: plate.Seconds, Layers: plate.Layers}
		if set.ShowRates {
			grams := plate.Grams + plate.SupportGrams
			pv.Grams = &grams
		}
		if plate.Slice.GCodeBlob != "" {
			pv.LayersURL = fmt.Sprintf("/api/quick-order/parts/%s/layers?plate=%d&v=%s", p.ID, i+1, plate.GCodeHash[:8])
		}
		v.Plates = append(v.Plates, pv)
	}
	v.LayersURL = v.Plates[0].LayersURL
}

// NoCart is what a visitor without a cart sees.
func NoCart() View {
	return View{Parts: []PartView{}, Machines: []catalog.PrinterClassView{}, ReviewReasons: []string{}}
}

// Get reads what a visitor's page shows. Errors: NotFound.
func (s *Service) Get(ctx context.Context, who shop.Actor) (View, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return View{}, err
	}
	cartID := who.CartID
	v := NoCart()
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		if err != nil {
			return err
		}
		v.Version = c.Version
		if c.Order != "" {
			ordered, err := tx.Order(ctx, c.Order)
			if err == nil {
				v.Order = &OrderedView{Number: ordered.Number, URL: "/order/mine"}
			}
			return err
		}
		o, err := s.catalog.PriceBasis(ctx, tx)
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		q, err := s.Price(ctx, tx, o, parts, nil, nil)
		if err != nil {
			return err
		}
		v.Machines = q.machines(o)
		v.Ready, v.CanPay, v.ReviewReasons = q.Ready, q.CanPay, shop.Messages(q.Reasons)
		if o.Open { // until the prices are confirmed they are on request
			v.Price = q.Price
		}
		pictures, err := tx.PartThumbnails(ctx, cartID)
		if err != nil {
			return err
		}
		ahead, err := tx.MadeAhead(ctx, cartID)
		if err != nil {
			return err
		}
		together := map[string]int{} // parts of one upload: a ZIP has several
		for _, p := range q.Parts {
			together[p.UploadID]++
		}
		for _, p := range q.Parts {
			pv := s.partView(p, v.Price, o.Settings)
			if !p.Refused {
				pv.OtherPoses = ahead[p.ID]
				pv.ThumbnailURL = shop.ThumbnailURL("/api/quick-order/parts/"+p.ID, pictures[p.ID])
			}
			if p.UploadID != "" && together[p.UploadID] > 1 {
				pv.Bytes = ownBytes(p)
			}
			if p.Refused && (c.UserID != "" || atCounter(who)) {
				refusal, err := tx.RefusedModelOfPart(ctx, p.Part)
				if err != nil {
					return err
				}
				pv.Message, pv.RefusedModel = refusal.StaffMessage(p.Name), (*RefusedModelView)(&refusal)
			}
			v.Busy = v.Busy || !p.Refused && (p.State == shop.PartInspecting || p.State == shop.PartQueued)
			v.Parts = append(v.Parts, pv)
		}
		if v.Price != nil { // each part has its own beside it
			price := *v.Price
			price.Parts = map[string]shop.PartPrice{}
			v.Price = &price
		}
		return nil
	})
	return v, err
}

func (s *Service) partView(p PricedPart, price *shop.Price, set shop.Settings) PartView {
	v := PartView{
		ID: p.ID, Name: p.Name, UploadID: p.UploadID, Bytes: p.Bytes, Kind: p.Kind, State: ShownState(p.State), Message: p.Message, Choices: p.Choices, Pose: p.Pose.Turned(), UnitAnswered: p.UnitAnswered, PrintAnyway: p.PrintAnyway,
		Fits: p.Fits, MachineID: p.Machine.ID, ReviewReasons: shop.Messages(p.Standing.ReviewReasons()), Plates: []PlateView{},
	}
	if p.Refused {
		v.State, v.Message = ShownNotAccepted, set.NotAccepted(p.Name)
		return v
	}
	if !p.Fits {
		v.FitMessage = p.FitMessage
	}
	if p.MeshHash != "" {
		v.MeshURL = "/api/quick-order/parts/" + p.ID + "/mesh?v=" + p.MeshHash[:8] + string(p.Choices.Unit)
	}
	if p.Found != nil {
		v.Converted = p.Found.Converted
		v.Inspection = p.Found.View()
		v.UnitQuestion = unitQuestion(p.Found.Units)
	}
	switch p.State {
	case shop.PartQueued:
		if place := s.placeOf(p.Waits); place.Running {
			v.State, v.Progress = ShownSlicing, &place.Progress
		} else {
			v.QueuePosition = place.Waiting
		}
	case shop.PartSliced:
		v.FromCache = !slices.ContainsFunc(p.Plates, func(plate PricedPlate) bool { return !s.slices.FromCache(plate.SliceKey) })
		s.platesView(&v, p, set)
	}
	if p.Priced && price != nil {
		pp := price.Parts[p.ID]
		v.Price = &pp
	}
	return v
}

// ownBytes is the size of one of an archive's models, whose own is not kept: what its triangles take as an STL; 0 before it is read.
func ownBytes(p PricedPart) int64 {
	if p.Found == nil {
		return 0
	}
	return slicer.STLBytes(p.Found.Mesh.Triangles)
}

func unitQuestion(q slicer.UnitQuestion) *UnitQuestionView {
	if !q.Ask {
		return nil
	}
	v := &UnitQuestionView{}
	for _, o := range []struct {
		unit  shop.Unit
		size  [3]float64
		words string
	}{{shop.Millimetre, q.AsMM, "millimetres"}, {shop.Inch, q.AsInch, "inches"}, {shop.Metre, q.AsM, "metres"}} {
		longest := max(o.size[0], o.size[1], o.size[2])
		if longest > 2000 { // no shop prints that: offering it would only confuse
			continue
		}
		v.Options = append(v.Options, UnitOptionView{Unit: o.unit, SizeMM: o.size, LongestMM: longest, Message: fmt.Sprintf("%s mm long (drawn in %s)", shortMM(longest), o.words)})
	}
	return v
}

func shortMM(mm float64) string {
	switch {
	case mm >= 100:
		return fmt.Sprintf("%.0f", mm)
	case mm < 1:
		return fmt.Sprintf("%.2g", mm)
	}
	return fmt.Sprintf("%.1f", mm)
}
