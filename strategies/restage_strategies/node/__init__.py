"""Node.js: what npm, yarn and pnpm do, what their scripts start, and what that needs."""

from restage_strategies.node.strategy import NodeStrategy

STRATEGY = NodeStrategy()
