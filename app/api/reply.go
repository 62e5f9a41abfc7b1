package api

// reply is a body of JSON.
type reply[T any] struct{ Body T }

// answer pairs a use case's result with its error.
func answer[T any](view T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{Body: view}, nil
}

// nothing is a request without parameters, and a reply without a body (204).
type nothing struct{}

func done(err error) (*nothing, error) {
	if err != nil {
		return nil, err
	}
	return &nothing{}, nil
}

// pageRequest asks for a page of a list.
type pageRequest struct {
	After string `query:"after" maxLength:"100" doc:"The next of the page before"`
}

// ByID is the id in a path. It is exported because huma passes over embedded types that are not.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}
