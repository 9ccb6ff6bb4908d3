// What update_each.go needs to see of a write error. Put into internal/handler/handlererrors.
package handlererrors

// First returns code and message of the first error.
func (we *WriteErrors) First() (int32, string) {
	return int32(we.errs[0].code), we.errs[0].errmsg
}
