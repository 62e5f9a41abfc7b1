package order

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/storage"
)

// AttachGCode gives an item that was ordered without a slice, or whose files are gone, G-code that staff made: a file of the actor's own cart, which
// leaves it. How long one copy prints and what it weighs is as staff write it or, where they do not, as the file says. What
// the customer sent stays, and so does the price. A hold for a refused model ends with it only where who attaches it may accept the model.
// Errors: Forbidden; NotFound; TooLarge; Conflict when the item is not to be made another way or somebody was quicker; Invalid
// for a file that is no G-code, and where nobody says how long it prints or what it weighs.
func (s *Service) AttachGCode(ctx context.Context, who shop.Actor, id, itemID string, req AttachGCodeRequest) (StaffOrderView, error) {
	if err := errors.Join(who.Must(shop.RemakeItem, shop.OrderOf(id)), who.Must(shop.UseCart, shop.CartOf(who.CartID))); err != nil {
		return StaffOrderView{}, err
	}
	r, err := s.readRemake(ctx, who, id, itemID, req.PartID, gcodeFile)
	if err != nil {
		return StaffOrderView{}, err
	}
	if err := s.stateGCode(ctx, r, req); err != nil {
		return StaffOrderView{}, err
	}
	if err := s.copyRemake(ctx, r); err != nil {
		return StaffOrderView{}, err
	}
	return s.commitRemake(ctx, who, r, id, req.Version, false, func(ctx context.Context, tx *db.Tx, o *shop.Order) (did shop.Activity, err error) {
		now, err := s.keepRemake(ctx, tx, who, o, r, "gcode", "settings")
		if err != nil {
			return did, err
		}
		did = who.Activity(shop.VerbGCodeAttached, o.ID, shop.ActivityParams{Name: now.item.Name, Was: r.part.Name})
		if err := s.keepItem(ctx, tx, who, o, now); err != nil || !who.Can(shop.AcceptModel, shop.TheShop) {
			return did, err
		}
		return did, s.liftModels(ctx, tx, who, o.ID, itemID, "given G-code to print.")
	})
}

// gcodeFile lists the G-code that a part is.
func gcodeFile(ctx context.Context, tx *db.Tx, r *remaking) error {
	from, err := tx.Blob(ctx, r.part.RawBlob)
	if err != nil {
		return err
	}
	if from.Size > shop.MaxGCodeBytes {
		return shop.TooLargef("gcode_too_large", "%s is larger than %d MB, the most we keep of G-code.", r.part.Name, shop.MaxGCodeBytes/1_000_000)
	}
	r.item.SliceKey, r.item.GCodeHash = "", from.SHA256
	one := []cart.PricedPlate{{Plate: shop.Plate{Runs: 1, Copies: 1, GCodeHash: from.SHA256}}}
	laid, err := r.layAnew(one)
	for _, p := range laid {
		r.files = append(r.files, preparedFile{row: r.plateFile("gcode", p.Plate), from: from})
	}
	r.nameFiles(r.of)
	return err
}

// stateGCode reads what is known of the print of the G-code that was listed.
func (s *Service) stateGCode(ctx context.Context, r *remaking, req AttachGCodeRequest) error {
	from := r.files[0].from
	stated, err := s.readGCode(ctx, r.part.RawBlob, r.part.Name, from.Size, r.item.Choices.Profile)
	if err != nil {
		return err
	}
	if req.Minutes != nil {
		stated.Seconds = *req.Minutes * 60
	}
	if req.Grams != nil {
		stated.Grams = *req.Grams
	}
	switch {
	case stated.Seconds <= 0:
		return shop.Invalidf("minutes_missing", "minutes", "The file does not say how long the print takes. Enter the minutes for one copy.")
	case stated.Grams <= 0:
		return shop.Invalidf("grams_missing", "grams", "The file does not say how much the print weighs. Enter the grams for one copy.")
	}
	stated.GCodeSHA256, stated.GCodeBytes = from.SHA256, from.Size
	for i := range r.plates {
		if !r.stays(r.plates[i].ID) {
			r.plates[i].Takes(stated)
		}
	}
	r.item.Result, err = json.Marshal(stated)
	return err
}

// gcodeNames are the ends of names that G-code has.
var gcodeNames = []string{".gcode", ".gco", ".g"}

// readGCode looks into a file that is to be G-code. Errors: Invalid for one that is none; as file.Open.
func (s *Service) readGCode(ctx context.Context, blobID, name string, size int64, material string) (stated shop.SliceFacts, err error) {
	if !slices.Contains(gcodeNames, strings.ToLower(path.Ext(name))) {
		return stated, notGCode(name)
	}
	f, err := s.files.Open(ctx, storage.Tmp, blobID)
	if err != nil {
		return stated, err
	}
	defer f.Close()
	start := make([]byte, 4096)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return stated, err
	}
	if bytes.IndexByte(start[:n], 0) >= 0 { // binary G-code, or something else under that name
		return stated, notGCode(name)
	}
	if found, err := hasCode(io.NewSectionReader(f, 0, gcodeHead)); err != nil || !found {
		if err == nil {
			err = notGCode(name)
		}
		return stated, err
	}
	return slice.Stated(f, size, material)
}

// gcodeHead is how much of a file is looked at for a line of G-code, in bytes: pictures and settings come before it in some.
const gcodeHead = 1 << 20

// gcodeLine is a line that tells a printer to do something, with a number of its line before it or without.
var gcodeLine = regexp.MustCompile(`(?i)^\s*(?:N\d+\s*)?[GM]\d{1,4}(?:[.\s;*]|[A-Z][-\d.]|$)`)

// hasCode says whether one of the lines is G-code.
func hasCode(r io.Reader) (bool, error) {
	lines := bufio.NewReaderSize(r, 4096)
	for {
		line, rest, err := lines.ReadLine()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return false, err
		}
		if gcodeLine.Match(line) {
			return true, nil
		}
		for rest && err == nil { // of a line that is longer than any command
			_, rest, err = lines.ReadLine()
		}
	}
}

func notGCode(name string) error {
	return shop.Invalidf("gcode_unreadable", "file", "%s is not G-code that we can read. Save it as plain text with the ending .gcode.", name)
}
