export const rows = (count, seats) => Array.from({ length: count }, () => 'o'.repeat(seats)).join('\n')
