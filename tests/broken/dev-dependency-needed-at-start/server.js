console.log(require('colour'));
