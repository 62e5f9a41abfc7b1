package shop

import "errors"

// Together is one error for all that is wrong with the fields of a request: the first, with the others in its More, and one sentence
// for each field. An error that is no field's is returned as it is: it says more than that something was typed wrong. It is nil
// where nothing is wrong.
func Together(errs ...error) error {
	var all []*Error
	known := map[string]bool{}
	for _, err := range errs {
		if err == nil {
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Kind != Invalid || e.Field == "" {
			return err
		}
		for _, one := range e.Fields() {
			if !known[one.Field] {
				known[one.Field] = true
				all = append(all, one)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	first := *all[0]
	first.More = all[1:]
	return &first
}

// Fields are the error and those in its More, each about its own field.
func (e *Error) Fields() []*Error {
	alone := *e
	alone.More = nil
	return append([]*Error{&alone}, e.More...)
}

// FieldsOf returns what is wrong with each field where that is more than one, or nil.
func FieldsOf(err error) []*Error {
	if e := outermost(err, func(e *Error) bool { return len(e.More) > 0 }); e != nil {
		return e.Fields()
	}
	return nil
}
