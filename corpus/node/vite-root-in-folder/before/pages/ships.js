document.body.append("three ships");
