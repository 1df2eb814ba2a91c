export default () => 'low\n'
