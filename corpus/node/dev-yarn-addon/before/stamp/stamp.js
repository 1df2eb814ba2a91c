#!/usr/bin/env node
require("fs").writeFileSync(process.argv[2], "prepared\n");
