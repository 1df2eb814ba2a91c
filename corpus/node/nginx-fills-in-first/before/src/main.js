const tides = ['03:12', '09:40', '15:55', '22:01']

for (const time of tides) {
  const entry = document.createElement('li')
  entry.textContent = `${time} in ${import.meta.env.VITE_HARBOUR}`
  document.querySelector('#tides').append(entry)
}
