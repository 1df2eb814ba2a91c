import { rows } from './rows'

document.body.textContent = rows(3, 4)
