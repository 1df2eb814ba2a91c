package words

// All returns every word.
func All() string { return "one two" }
