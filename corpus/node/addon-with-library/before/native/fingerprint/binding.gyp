{
  "targets": [
    {
      "target_name": "fingerprint",
      "sources": ["fingerprint.c"],
      "libraries": ["-lsodium"]
    }
  ]
}
