{ "targets": [{ "target_name": "swell", "sources": ["swell.c"] }] }
