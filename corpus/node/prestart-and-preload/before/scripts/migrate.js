require('fs').writeFileSync('schema.version', require('semver').inc('1.4.9', 'minor'))
