require('fs').writeFileSync('built.json', JSON.stringify({ dayjs: require('dayjs/package.json').version }))
