package cart

import (
	"context"
	"fmt"

	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// View is what a visitor has uploaded, with its prices. Lists are never null.
type View struct {
	Parts         []PartView   `json:"parts"`
	Price         *shop.Price  `json:"price,omitempty" doc:"Absent for an empty cart"`
	Ready         *shop.Ready  `json:"ready,omitempty"`
	CanPay        bool         `json:"can_pay" doc:"Every part is accepted, sliced, sound and within the shop's limits"`
	Busy          bool         `json:"busy" doc:"Something is being inspected or sliced"`
	ReviewReasons []string     `json:"review_reasons"`
	Order         *OrderedView `json:"order,omitempty" doc:"Set once this cart was ordered"`
	Version       int64        `json:"version" doc:"Grows with every change"`
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
	UploadID      string                `json:"upload_id,omitempty" doc:"The upload that it came with; absent for a link"`
	Bytes         int64                 `json:"bytes" doc:"Of its file; of one of several in an archive, of its triangles, and 0 before they are read"`
	Kind          string                `json:"kind" enum:"model,review_file"`
	State         ShownState            `json:"state" enum:"inspecting,needs_units,queued,slicing,sliced,failed,review,not_accepted" doc:"not_accepted: it was refused for good, counts for nothing, and nothing is ordered before it is taken out"`
	Message       string                `json:"message,omitempty" doc:"What is wrong and what to do"`
	RefusedModel  *RefusedModelView     `json:"refused_model,omitempty" doc:"Why it is not accepted; for staff"`
	Choices       shop.Choices          `json:"choices"`
	Pose          *shop.Pose            `json:"pose,omitempty" doc:"How the model is turned from how its mesh has it; absent: not at all"`
	UnitAnswered  bool                  `json:"unit_answered"`
	Converted     *slice.Conversion     `json:"converted,omitempty" doc:"How the model was made of the STEP file that came; absent for a file that is a mesh itself"`
	UnitQuestion  *UnitQuestionView     `json:"unit_question,omitempty"`
	Inspection    *slice.InspectionView `json:"inspection,omitempty"`
	Fits          bool                  `json:"fits"`
	FitMessage    string                `json:"fit_message,omitempty"`
	MeshURL       string                `json:"mesh_url,omitempty" doc:"Binary STL in mm, Z up, as its file has it, centred on the bed's middle, standing on z = 0"`
	ThumbnailURL  string                `json:"thumbnail_url,omitempty" doc:"A picture of the model as it lies, grey on nothing: a PNG of 256 x 256 pixels. Absent where there is none, or not yet"`
	LayersURL     string                `json:"layers_url,omitempty" doc:"What is extruded for one copy, layer by layer, once it is sliced"`
	Progress      *float64              `json:"progress,omitempty" doc:"0 to 1 while slicing"`
	QueuePosition int                   `json:"queue_position,omitempty" doc:"1 is next"`
	Price         *shop.PartPrice       `json:"price,omitempty"`
	Result        *SliceView            `json:"result,omitempty"`
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

// SliceView is what slicing one copy of a part found. Grams are shown only if the shop shows its rates.
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

// NoCart is what a visitor without a cart sees.
func NoCart() View { return View{Parts: []PartView{}, ReviewReasons: []string{}} }

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
		v.Ready, v.CanPay, v.ReviewReasons = q.Ready, q.CanPay, shop.Messages(q.Reasons)
		if o.Open { // until the prices are confirmed they are on request
			v.Price = q.Price
		}
		pictures, err := tx.PartThumbnails(ctx, cartID)
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
		return nil
	})
	return v, err
}

func (s *Service) partView(p PricedPart, price *shop.Price, set shop.Settings) PartView {
	v := PartView{
		ID: p.ID, Name: p.Name, UploadID: p.UploadID, Bytes: p.Bytes, Kind: p.Kind, State: ShownState(p.State), Message: p.Message, Choices: p.Choices, Pose: p.Pose.Turned(), UnitAnswered: p.UnitAnswered,
		Fits: p.Fits, ReviewReasons: shop.Messages(p.Standing.ReviewReasons()),
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
		place := s.slices.Place(p.SliceKey)
		if place.Running {
			v.State, v.Progress = ShownSlicing, &place.Progress
		} else {
			v.QueuePosition = place.Waiting
		}
	case shop.PartSliced:
		f := p.Slice.Facts
		v.Result = &SliceView{Seconds: f.Seconds, Layers: f.Layers, SupportsUsed: f.SupportsUsed, Engine: f.Engine}
		if set.ShowRates {
			v.Result.Grams, v.Result.SupportGrams = &f.Grams, &f.SupportGrams
		}
		v.FromCache = s.slices.FromCache(p.SliceKey)
		if p.Slice.GCodeBlob != "" {
			v.LayersURL = "/api/quick-order/parts/" + p.ID + "/layers?v=" + f.GCodeSHA256[:8]
		}
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
