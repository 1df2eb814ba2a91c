import { createApp } from 'vue'
import Orchard from './Orchard.vue'

createApp(Orchard).mount('#app')
