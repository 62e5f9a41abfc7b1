package profile

import (
	"errors"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// elements returns what a call like max(a, b) or max([a, b]) ranges over.
func elements(args starlark.Tuple) ([]starlark.Value, error) {
	if len(args) != 1 {
		return args, nil
	}
	it := starlark.Iterate(args[0])
	if it == nil {
		return nil, errArguments
	}
	defer it.Done()
	var list []starlark.Value
	var x starlark.Value
	for it.Next(&x) {
		list = append(list, x)
	}
	return list, nil
}

func sum(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, errArguments
	}
	list, err := elements(args[:1])
	if err != nil {
		return nil, err
	}
	var total starlark.Value = starlark.MakeInt(0)
	if len(args) == 2 {
		total = truthAsNumber(args[1])
	}
	for _, x := range list {
		if total, err = starlark.Binary(syntax.PLUS, total, truthAsNumber(x)); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func minimum(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return extreme(args, syntax.LT)
}

func maximum(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return extreme(args, syntax.GT)
}

// extreme returns the first element that no other one beats.
func extreme(args starlark.Tuple, beats syntax.Token) (starlark.Value, error) {
	list, err := elements(args)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("no values to choose from")
	}
	best := list[0]
	for _, x := range list[1:] {
		better, err := starlark.Compare(beats, truthAsNumber(x), truthAsNumber(best))
		if err != nil {
			return nil, err
		}
		if better {
			best = x
		}
	}
	return best, nil
}

// mapList is Python's map, evaluated at once.
func mapList(t *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 2 {
		return nil, errArguments
	}
	list, err := elements(args[1:])
	if err != nil {
		return nil, err
	}
	out := make([]starlark.Value, len(list))
	for i, x := range list {
		if out[i], err = starlark.Call(t, args[0], starlark.Tuple{x}, nil); err != nil {
			return nil, err
		}
	}
	return starlark.NewList(out), nil
}
