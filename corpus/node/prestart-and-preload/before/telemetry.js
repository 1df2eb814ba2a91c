globalThis.startedBy = 'telemetry'
