export default { devtools: { enabled: false } }
