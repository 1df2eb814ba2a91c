package main

import (
	"bytes"
	"log"
	"net/http"
	"os"
	"os/exec"
)

// filter runs the rule of that name over the records.
func filter(w http.ResponseWriter, r *http.Request) {
	wanted := r.URL.Query().Get("q")
	if wanted == "" {
		wanted = "length"
	}
	records, err := os.ReadFile("data/rivers.json")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	command := exec.CommandContext(r.Context(), "go", "run", "rules/"+wanted+".go")
	command.Stdin = bytes.NewReader(records)
	answer, err := command.CombinedOutput()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(answer)
}

func main() {
	http.HandleFunc("/", filter)
	log.Print("rivers on :9000")
	log.Fatal(http.ListenAndServe(":9000", nil))
}
