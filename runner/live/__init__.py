"""Trading on a venue: transport, feeds, executor, reconciliation, guard. The only place that waits and sends."""
