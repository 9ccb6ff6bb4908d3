// Answers to updates as MongoDB gives them: each update of an unordered command for itself, errors by position, and "n".
// FerretDB 1.24 stops at the first error and leaves "n" out, which no driver can read. Put into internal/handler.
package handler

import (
	"context"
	"errors"

	"github.com/FerretDB/wire"

	"github.com/FerretDB/FerretDB/internal/handler/common"
	"github.com/FerretDB/FerretDB/internal/handler/handlererrors"
	"github.com/FerretDB/FerretDB/internal/types"
	"github.com/FerretDB/FerretDB/internal/util/must"
)

func (h *Handler) updateEach(ctx context.Context, params *common.UpdateParams) (*wire.OpMsg, error) {
	var matched, modified int32
	upserted := types.MakeArray(0)
	failed := types.MakeArray(0)

	for i := range params.Updates {
		one := *params
		one.Updates = params.Updates[i : i+1]

		n, changed, inserted, err := h.updateDocument(ctx, &one)
		if err != nil {
			err = handleUpdateError(params.DB, params.Collection, "update", err)

			var refused *handlererrors.WriteErrors
			if !errors.As(err, &refused) {
				return nil, err
			}

			code, message := refused.First()
			failed.Append(must.NotFail(types.NewDocument("index", int32(i), "code", code, "errmsg", message)))

			continue
		}

		matched += n
		modified += changed

		if inserted.Len() > 0 {
			document := must.NotFail(inserted.Get(0)).(*types.Document)
			document.Set("index", int32(i))
			upserted.Append(document)
		}
	}

	res := must.NotFail(types.NewDocument("n", matched, "nModified", modified))

	if upserted.Len() > 0 {
		res.Set("upserted", upserted)
	}

	if failed.Len() > 0 {
		res.Set("writeErrors", failed)
	}

	res.Set("ok", float64(1))

	return documentOpMsg(res)
}
