fetch(`${API_URL}/prices`).then((answer) => answer.text()).then(console.log)
